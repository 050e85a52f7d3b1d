// The natives of Main: each calls one function of bridge.c and returns what it gave.
#include <inttypes.h>
#include <jni.h>
#include <stdio.h>
#include <string.h>

#include "../../bridge.h"

static sw_call of(JNIEnv *env, jobject context) { return (sw_call){.env = (uintptr_t)env, .ctx = (uintptr_t)context}; }

static jstring bytes(JNIEnv *env, const char *text) { // UTF-8, which NewStringUTF does not read
	jchar out[2048];
	jsize n = 0;
	for (const unsigned char *p = (const unsigned char *)text; *p && n < 2000;) {
		uint32_t r = *p < 0x80 ? *p : *p < 0xe0 ? *p & 0x1f : *p < 0xf0 ? *p & 0x0f : *p & 0x07;
		int more = *p < 0x80 ? 0 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;
		for (p++; more > 0; more--) {
			r = r << 6 | (*p++ & 0x3f);
		}
		if (r >= 0x10000) {
			out[n++] = (jchar)(0xd800 + ((r - 0x10000) >> 10));
			r = 0xdc00 + ((r - 0x10000) & 0x3ff);
		}
		out[n++] = (jchar)r;
	}
	return (*env)->NewString(env, out, n);
}

static jstring result(JNIEnv *env, sw_call *s, const char *text) { return bytes(env, s->err[0] ? s->err : text); }

static const char *copy(JNIEnv *env, jstring text, char *out) {
	(*env)->GetStringUTFRegion(env, text, 0, (*env)->GetStringLength(env, text), out);
	return out;
}

JNIEXPORT jstring JNICALL Java_Main_check(JNIEnv *env, jclass c) {
	char out[8192];
	sw_call s = of(env, c);
	sw_check(&s, out, sizeof out);
	return result(env, &s, out);
}

JNIEXPORT jstring JNICALL Java_Main_place(JNIEnv *env, jclass c, jobject ctx, jstring name) {
	(void)c;
	char in[256] = {0}, out[256];
	sw_call s = of(env, ctx);
	sw_place(&s, copy(env, name, in), out, sizeof out);
	return result(env, &s, out);
}

JNIEXPORT jstring JNICALL Java_Main_shoot(JNIEnv *env, jclass c, jobject ctx, jstring uri) {
	(void)c;
	char in[256] = {0};
	sw_call s = of(env, ctx);
	sw_shoot(&s, copy(env, uri, in));
	return result(env, &s, "ok");
}

JNIEXPORT jstring JNICALL Java_Main_look(JNIEnv *env, jclass c, jobject ctx, jstring uri) {
	(void)c;
	char in[256] = {0}, out[64];
	sw_call s = of(env, ctx);
	snprintf(out, sizeof out, "%d", sw_look(&s, copy(env, uri, in)));
	return result(env, &s, out);
}

JNIEXPORT jstring JNICALL Java_Main_clear(JNIEnv *env, jclass c, jobject ctx, jstring uri) {
	(void)c;
	char in[256] = {0};
	sw_call s = of(env, ctx);
	sw_clear(&s, copy(env, uri, in));
	return result(env, &s, "ok");
}

JNIEXPORT jstring JNICALL Java_Main_inFront(JNIEnv *env, jclass c, jobject ctx) {
	(void)c;
	sw_call s = of(env, ctx);
	return result(env, &s, sw_in_front(&s) ? "yes" : "no");
}

JNIEXPORT jstring JNICALL Java_Main_allowed(JNIEnv *env, jclass c, jobject ctx) {
	(void)c;
	sw_call s = of(env, ctx);
	return result(env, &s, sw_allowed(&s) ? "yes" : "no");
}

JNIEXPORT jstring JNICALL Java_Main_ask(JNIEnv *env, jclass c, jobject ctx) {
	(void)c;
	sw_call s = of(env, ctx);
	sw_ask(&s);
	return result(env, &s, "ok");
}

JNIEXPORT jstring JNICALL Java_Main_fixes(JNIEnv *env, jclass c, jobject ctx) {
	(void)c;
	char out[512] = "none";
	sw_fix f[SW_FIXES];
	sw_call s = of(env, ctx);
	for (int i = 0, n = sw_fixes(&s, f), at = 0; i < n; i++) {
		at += snprintf(out + at, sizeof out - (size_t)at, "%s%.4f %.4f %.1f %" PRId64 " %d", i ? ", " : "", f[i].lat, f[i].lon, f[i].acc, f[i].nanos, f[i].mocked);
	}
	return result(env, &s, out);
}

JNIEXPORT jstring JNICALL Java_Main_listen(JNIEnv *env, jclass c, jobject ctx, jboolean on) {
	(void)c;
	sw_call s = of(env, ctx);
	sw_listen(&s, on);
	return result(env, &s, "ok");
}

JNIEXPORT jstring JNICALL Java_Main_network(JNIEnv *env, jclass c, jobject ctx) {
	(void)c;
	char out[64];
	sw_call s = of(env, ctx);
	snprintf(out, sizeof out, "%" PRId64, sw_network(&s));
	return result(env, &s, out);
}

JNIEXPORT jstring JNICALL Java_Main_textScale(JNIEnv *env, jclass c, jobject ctx) {
	(void)c;
	char out[64];
	sw_call s = of(env, ctx);
	snprintf(out, sizeof out, "%.2f", sw_text_scale(&s));
	return result(env, &s, out);
}
