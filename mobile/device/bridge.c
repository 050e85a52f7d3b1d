//go:build (android || jvm) && cgo

// The Java framework, called from C. There is one table of the methods and fields that are used, and one function that calls
// them: it checks and clears the exception after each call, and once one call has failed the following do nothing, so that
// what belongs together stands together without a check after each line. Local references end with the frame of each function.
// All text that goes to Java is ASCII, where its UTF-8 is everybody's; what comes back is converted.

#include "bridge.h"

#include <jni.h>
#include <stdio.h>
#include <string.h>

#define CONTEXT "android/content/Context"
#define ACTIVITY "android/app/Activity"
#define RESOLVER "android/content/ContentResolver"
#define INTENT "android/content/Intent"
#define LOCATIONS "android/location/LocationManager"
#define LOCATION "android/location/Location"

// Each method: our name for it, its class, its name, its type, and whether it is static. A field's type has no arguments.
#define METHODS(X)                                                                                              \
	X(RESOLVER_OF, CONTEXT, "getContentResolver", "()Landroid/content/ContentResolver;", 0)                     \
	X(SERVICE_OF, CONTEXT, "getSystemService", "(Ljava/lang/String;)Ljava/lang/Object;", 0)                     \
	X(PACKAGE_OF, CONTEXT, "getPackageName", "()Ljava/lang/String;", 0)                                         \
	X(PERMITTED, CONTEXT, "checkSelfPermission", "(Ljava/lang/String;)I", 0)                                    \
	X(PERMIT, ACTIVITY, "requestPermissions", "([Ljava/lang/String;I)V", 0)                                     \
	X(START, ACTIVITY, "startActivityForResult", "(Landroid/content/Intent;I)V", 0)                             \
	X(FOCUSED, ACTIVITY, "hasWindowFocus", "()Z", 0)                                                            \
	X(PARSE, "android/net/Uri", "parse", "(Ljava/lang/String;)Landroid/net/Uri;", 1)                            \
	X(TEXT_OF, "android/net/Uri", "toString", "()Ljava/lang/String;", 0)                                        \
	X(VALUES, "android/content/ContentValues", "<init>", "()V", 0)                                              \
	X(PUT, "android/content/ContentValues", "put", "(Ljava/lang/String;Ljava/lang/String;)V", 0)                \
	X(INSERT, RESOLVER, "insert", "(Landroid/net/Uri;Landroid/content/ContentValues;)Landroid/net/Uri;", 0)     \
	X(DELETE, RESOLVER, "delete", "(Landroid/net/Uri;Ljava/lang/String;[Ljava/lang/String;)I", 0)               \
	X(OPEN, RESOLVER, "openFileDescriptor",                                                                     \
	  "(Landroid/net/Uri;Ljava/lang/String;)Landroid/os/ParcelFileDescriptor;", 0)                              \
	X(DETACH, "android/os/ParcelFileDescriptor", "detachFd", "()I", 0)                                          \
	X(INTEND, INTENT, "<init>", "(Ljava/lang/String;)V", 0)                                                     \
	X(EXTRA, INTENT, "putExtra", "(Ljava/lang/String;Landroid/os/Parcelable;)Landroid/content/Intent;", 0)      \
	X(CLIP, INTENT, "setClipData", "(Landroid/content/ClipData;)V", 0)                                          \
	X(FLAGS, INTENT, "addFlags", "(I)Landroid/content/Intent;", 0)                                              \
	X(WITHIN, INTENT, "setPackage", "(Ljava/lang/String;)Landroid/content/Intent;", 0)                          \
	X(RAW_URI, "android/content/ClipData", "newRawUri",                                                         \
	  "(Ljava/lang/CharSequence;Landroid/net/Uri;)Landroid/content/ClipData;", 1)                               \
	X(BROADCAST, "android/app/PendingIntent", "getBroadcast",                                                   \
	  "(Landroid/content/Context;ILandroid/content/Intent;I)Landroid/app/PendingIntent;", 1)                    \
	X(SWITCHED_ON, LOCATIONS, "isLocationEnabled", "()Z", 0)                                                    \
	X(LAST, LOCATIONS, "getLastKnownLocation", "(Ljava/lang/String;)Landroid/location/Location;", 0)            \
	X(UPDATES, LOCATIONS, "requestLocationUpdates", "(Ljava/lang/String;JFLandroid/app/PendingIntent;)V", 0)    \
	X(NO_UPDATES, LOCATIONS, "removeUpdates", "(Landroid/app/PendingIntent;)V", 0)                              \
	X(LATITUDE, LOCATION, "getLatitude", "()D", 0)                                                              \
	X(LONGITUDE, LOCATION, "getLongitude", "()D", 0)                                                            \
	X(ACCURACY, LOCATION, "getAccuracy", "()F", 0)                                                              \
	X(NANOS, LOCATION, "getElapsedRealtimeNanos", "()J", 0)                                                     \
	X(MOCKED, LOCATION, "isFromMockProvider", "()Z", 0)                                                         \
	X(ACTIVE, "android/net/ConnectivityManager", "getActiveNetwork", "()Landroid/net/Network;", 0)              \
	X(HANDLE, "android/net/Network", "getNetworkHandle", "()J", 0)                                              \
	X(RESOURCES_OF, CONTEXT, "getResources", "()Landroid/content/res/Resources;", 0)                            \
	X(SETTINGS, "android/content/res/Resources", "getConfiguration",                                            \
	  "()Landroid/content/res/Configuration;", 0)                                                               \
	X(TEXT_SCALE, "android/content/res/Configuration", "fontScale", "F", 0)

enum {
#define X(id, class, name, type, is_static) id,
	METHODS(X)
#undef X
	    COUNT
};

static const struct {
	const char *class, *name, *type;
	int is_static;
} table[COUNT] = {
#define X(id, class, name, type, is_static) {class, name, type, is_static},
    METHODS(X)
#undef X
};

#define ENV ((JNIEnv *)s->env)
#define CTX ((jobject)s->ctx)
#define ARGS(...) ((jvalue[]){__VA_ARGS__})

// utf8 writes the text of a Java string, whose half pairs become '?', as far as there is room.
static void utf8(JNIEnv *env, jstring text, char *out, size_t n) {
	size_t at = 0;
	jsize len = text ? (*env)->GetStringLength(env, text) : 0;
	for (jsize i = 0; i < len && at + 4 < n; i++) {
		jchar c[2] = {0, 0};
		(*env)->GetStringRegion(env, text, i, 1, &c[0]);
		uint32_t r = c[0];
		if (r >= 0xd800 && r < 0xe000) {
			if (r < 0xdc00 && i + 1 < len) {
				(*env)->GetStringRegion(env, text, i + 1, 1, &c[1]);
			}
			if (c[1] >= 0xdc00 && c[1] < 0xe000) {
				r = 0x10000 + ((r - 0xd800) << 10) + (c[1] - 0xdc00);
				i++;
			} else {
				r = '?';
			}
		}
		if (r < 0x80) {
			out[at++] = (char)r;
		} else if (r < 0x800) {
			out[at++] = (char)(0xc0 | r >> 6);
			out[at++] = (char)(0x80 | (r & 0x3f));
		} else if (r < 0x10000) {
			out[at++] = (char)(0xe0 | r >> 12);
			out[at++] = (char)(0x80 | (r >> 6 & 0x3f));
			out[at++] = (char)(0x80 | (r & 0x3f));
		} else {
			out[at++] = (char)(0xf0 | r >> 18);
			out[at++] = (char)(0x80 | (r >> 12 & 0x3f));
			out[at++] = (char)(0x80 | (r >> 6 & 0x3f));
			out[at++] = (char)(0x80 | (r & 0x3f));
		}
	}
	out[at] = 0;
}

// failed reports whether an exception was thrown; it is cleared, and what it says is in err.
static int failed(sw_call *s, const char *where) {
	JNIEnv *env = ENV;
	jthrowable thrown = (*env)->ExceptionOccurred(env);
	if (!thrown) {
		return 0;
	}
	(*env)->ExceptionClear(env);
	int used = snprintf(s->err, sizeof s->err, "%s: ", where);
	jclass c = (*env)->FindClass(env, "java/io/FileNotFoundException");
	if (c && (*env)->IsInstanceOf(env, thrown, c)) {
		s->absent = 1;
	}
	(*env)->ExceptionClear(env);
	c = (*env)->FindClass(env, "java/lang/Throwable");
	(*env)->ExceptionClear(env);
	jmethodID m = c ? (*env)->GetMethodID(env, c, "toString", "()Ljava/lang/String;") : NULL;
	(*env)->ExceptionClear(env);
	jstring text = m ? (jstring)(*env)->CallObjectMethod(env, thrown, m) : NULL;
	if ((*env)->ExceptionCheck(env)) {
		(*env)->ExceptionClear(env);
		text = NULL;
	}
	utf8(env, text, s->err + used, sizeof s->err - (size_t)used);
	return 1;
}

// A member is the id of a method or a field.
typedef union {
	jmethodID method;
	jfieldID field;
} member;

// is_field tells by the type.
static int is_field(int m) { return table[m].type[0] != '('; }

// find finds a member; *c is its class. It reports whether there is one.
static int find(sw_call *s, int m, jclass *c, member *id) {
	JNIEnv *env = ENV;
	*c = (*env)->FindClass(env, table[m].class);
	if (failed(s, table[m].class)) {
		return 0;
	}
	if (is_field(m)) {
		id->field = (*env)->GetFieldID(env, *c, table[m].name, table[m].type);
	} else {
		id->method = table[m].is_static ? (*env)->GetStaticMethodID(env, *c, table[m].name, table[m].type)
		                                : (*env)->GetMethodID(env, *c, table[m].name, table[m].type);
	}
	return !failed(s, table[m].name);
}

// call calls a method of on, a static method or a constructor, or reads a field. After a failure it does nothing and returns
// zero.
static jvalue call(sw_call *s, int m, jobject on, const jvalue *args) {
	JNIEnv *env = ENV;
	jvalue v = {0};
	jclass c;
	if (s->err[0]) {
		return v;
	}
	member found;
	if (!find(s, m, &c, &found)) {
		return v;
	}
	jmethodID id = found.method;
	int make = !strcmp(table[m].name, "<init>");
	if (!on && !make && !table[m].is_static) {
		snprintf(s->err, sizeof s->err, "%s: of nothing", table[m].name);
		return v;
	}
	if (is_field(m)) {
		v.f = (*env)->GetFloatField(env, on, found.field); // all of ours are one
	} else if (make) {
		v.l = (*env)->NewObjectA(env, c, id, args);
	} else if (table[m].is_static) {
		v.l = (*env)->CallStaticObjectMethodA(env, c, id, args); // all of ours return an object
	} else {
		switch (strchr(table[m].type, ')')[1]) {
		case 'V': (*env)->CallVoidMethodA(env, on, id, args); break;
		case 'Z': v.z = (*env)->CallBooleanMethodA(env, on, id, args); break;
		case 'I': v.i = (*env)->CallIntMethodA(env, on, id, args); break;
		case 'J': v.j = (*env)->CallLongMethodA(env, on, id, args); break;
		case 'F': v.f = (*env)->CallFloatMethodA(env, on, id, args); break;
		case 'D': v.d = (*env)->CallDoubleMethodA(env, on, id, args); break;
		default: v.l = (*env)->CallObjectMethodA(env, on, id, args); break;
		}
	}
	if (failed(s, table[m].name)) {
		memset(&v, 0, sizeof v);
	}
	return v;
}

// str makes a Java string of ASCII.
static jstring str(sw_call *s, const char *text) {
	if (s->err[0]) {
		return NULL;
	}
	jstring out = (*ENV)->NewStringUTF(ENV, text);
	return failed(s, "string") ? NULL : out;
}

// begin opens the frame of the local references of one function, end closes it.
static int begin(sw_call *s) {
	s->err[0] = 0;
	s->absent = 0;
	if ((*ENV)->PushLocalFrame(ENV, 64) == 0) {
		return 1;
	}
	if (!failed(s, "frame")) {
		snprintf(s->err, sizeof s->err, "frame: no memory");
	}
	return 0;
}

static void end(sw_call *s) { (*ENV)->PopLocalFrame(ENV, NULL); }

static jobject service(sw_call *s, const char *name) { return call(s, SERVICE_OF, CTX, ARGS({.l = str(s, name)})).l; }

static jobject uri_of(sw_call *s, const char *text) { return call(s, PARSE, NULL, ARGS({.l = str(s, text)})).l; }

void sw_check(sw_call *s, char *missing, size_t n) {
	missing[0] = 0;
	for (int m = 0; m < COUNT; m++) {
		if (!begin(s)) {
			return;
		}
		jclass c;
		member id;
		if (!find(s, m, &c, &id)) {
			size_t at = strlen(missing);
			snprintf(missing + at, n - at, "%s%s.%s%s", at ? " " : "", table[m].class, table[m].name, table[m].type);
		}
		end(s);
	}
	s->err[0] = 0;
}

void sw_place(sw_call *s, const char *name, char *uri, size_t n) {
	uri[0] = 0;
	if (!begin(s)) {
		return;
	}
	jobject values = call(s, VALUES, NULL, NULL).l;
	call(s, PUT, values, ARGS({.l = str(s, "_display_name")}, {.l = str(s, name)}));
	call(s, PUT, values, ARGS({.l = str(s, "mime_type")}, {.l = str(s, "image/jpeg")}));
	call(s, PUT, values, ARGS({.l = str(s, "relative_path")}, {.l = str(s, "Pictures/Storewalk/")}));
	jobject images = uri_of(s, "content://media/external/images/media");
	jobject row = call(s, INSERT, call(s, RESOLVER_OF, CTX, NULL).l, ARGS({.l = images}, {.l = values})).l;
	jstring text = (jstring)call(s, TEXT_OF, row, NULL).l; // no row: "toString: of nothing"
	if (!s->err[0]) {
		utf8(ENV, text, uri, n);
	}
	end(s);
}

void sw_shoot(sw_call *s, const char *uri) {
	if (!begin(s)) {
		return;
	}
	jobject row = uri_of(s, uri);
	jobject intent = call(s, INTEND, NULL, ARGS({.l = str(s, "android.media.action.IMAGE_CAPTURE")})).l;
	call(s, EXTRA, intent, ARGS({.l = str(s, "output")}, {.l = row}));
	jobject clip = call(s, RAW_URI, NULL, ARGS({.l = str(s, "")}, {.l = row})).l;
	call(s, CLIP, intent, ARGS({.l = clip}));
	call(s, FLAGS, intent, ARGS({.i = 1 | 2}));           // the camera may read the row and write to it
	call(s, START, CTX, ARGS({.l = intent}, {.i = 4711})); // a number that nobody else listens for
	end(s);
}

int sw_look(sw_call *s, const char *uri) {
	if (!begin(s)) {
		return -1;
	}
	jobject row = uri_of(s, uri);
	jobject file = call(s, OPEN, call(s, RESOLVER_OF, CTX, NULL).l, ARGS({.l = row}, {.l = str(s, "r")})).l;
	if (!file && !s->err[0]) {
		s->absent = 1;
	}
	int fd = file ? call(s, DETACH, file, NULL).i : -1;
	if (s->absent) {
		s->err[0] = 0;
	}
	end(s);
	return s->err[0] ? -1 : fd;
}

void sw_clear(sw_call *s, const char *uri) {
	if (!begin(s)) {
		return;
	}
	jobject row = uri_of(s, uri);
	call(s, DELETE, call(s, RESOLVER_OF, CTX, NULL).l, ARGS({.l = row}, {.l = NULL}, {.l = NULL}));
	end(s);
}

int sw_in_front(sw_call *s) {
	if (!begin(s)) {
		return 0;
	}
	int yes = call(s, FOCUSED, CTX, NULL).z;
	end(s);
	return yes;
}

#define FINE "android.permission.ACCESS_FINE_LOCATION"
#define COARSE "android.permission.ACCESS_COARSE_LOCATION"

int sw_allowed(sw_call *s) {
	if (!begin(s)) {
		return 0;
	}
	// 0 is granted. A person may allow the rough place only.
	int may = call(s, PERMITTED, CTX, ARGS({.l = str(s, FINE)})).i == 0 || call(s, PERMITTED, CTX, ARGS({.l = str(s, COARSE)})).i == 0;
	may = may && call(s, SWITCHED_ON, service(s, "location"), NULL).z;
	end(s);
	return may && !s->err[0];
}

void sw_ask(sw_call *s) {
	if (!begin(s)) {
		return;
	}
	JNIEnv *env = ENV;
	jclass c = (*env)->FindClass(env, "java/lang/String");
	jobjectArray names = failed(s, "String") ? NULL : (*env)->NewObjectArray(env, 2, c, NULL);
	if (!failed(s, "array") && names) {
		(*env)->SetObjectArrayElement(env, names, 0, str(s, FINE));
		failed(s, "array");
		(*env)->SetObjectArrayElement(env, names, 1, str(s, COARSE));
		failed(s, "array");
	}
	call(s, PERMIT, CTX, ARGS({.l = names}, {.i = 4712}));
	end(s);
}

static const char *ways[SW_FIXES] = {"gps", "network", "fused", "passive"};

int sw_fixes(sw_call *s, sw_fix *out) {
	int n = 0;
	if (!begin(s)) {
		return 0;
	}
	jobject locations = service(s, "location");
	for (int i = 0; i < SW_FIXES && locations; i++) {
		s->err[0] = 0; // a phone lacks some of the ways, or a person allows only the rough ones
		jobject at = call(s, LAST, locations, ARGS({.l = str(s, ways[i])})).l;
		if (!at) {
			continue;
		}
		sw_fix f = {.lat = call(s, LATITUDE, at, NULL).d, .lon = call(s, LONGITUDE, at, NULL).d, .acc = call(s, ACCURACY, at, NULL).f,
		            .nanos = call(s, NANOS, at, NULL).j, .mocked = call(s, MOCKED, at, NULL).z};
		if (!s->err[0]) {
			out[n++] = f;
		}
	}
	if (n > 0) {
		s->err[0] = 0;
	}
	end(s);
	return n;
}

void sw_listen(sw_call *s, int on) {
	if (!begin(s)) {
		return;
	}
	// The system tells what it finds to an intent that nobody receives, and remembers it as the last known place. The
	// intent must be one that it may fill in (0x02000000); it is the same one each time (0x08000000).
	jobject intent = call(s, INTEND, NULL, ARGS({.l = str(s, "cn.storewalk.phone.PLACE")})).l;
	call(s, WITHIN, intent, ARGS({.l = call(s, PACKAGE_OF, CTX, NULL).l}));
	jobject told = call(s, BROADCAST, NULL, ARGS({.l = CTX}, {.i = 0}, {.l = intent}, {.i = 0x02000000 | 0x08000000})).l;
	jobject locations = service(s, "location");
	if (!on) {
		call(s, NO_UPDATES, locations, ARGS({.l = told}));
	}
	int listening = 0;
	for (int i = 0; on && i < 3 && locations && told; i++) { // "passive" searches for nothing
		s->err[0] = 0;
		call(s, UPDATES, locations, ARGS({.l = str(s, ways[i])}, {.j = 2000}, {.f = 0}, {.l = told}));
		listening += !s->err[0];
	}
	if (listening > 0) {
		s->err[0] = 0;
	}
	end(s);
}

int64_t sw_network(sw_call *s) {
	if (!begin(s)) {
		return 0;
	}
	jobject net = call(s, ACTIVE, service(s, "connectivity"), NULL).l;
	int64_t handle = net ? call(s, HANDLE, net, NULL).j : 0;
	end(s);
	return handle;
}

double sw_text_scale(sw_call *s) {
	if (!begin(s)) {
		return 0;
	}
	double times = call(s, TEXT_SCALE, call(s, SETTINGS, call(s, RESOURCES_OF, CTX, NULL).l, NULL).l, NULL).f;
	end(s);
	return times;
}
