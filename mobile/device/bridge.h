// What bridge.c offers to Go. Each function may be called on any thread that is attached to the machine; env and ctx are its
// JNIEnv and the Activity. What went wrong is in err, else that is "".
#include <stddef.h>
#include <stdint.h>

typedef struct {
	uintptr_t env, ctx;
	int absent; // what was asked for is not there
	char err[512];
} sw_call;

typedef struct {
	double lat, lon, acc; // degrees, metres
	int64_t nanos;        // since the phone was started
	int mocked;
} sw_fix;

enum { SW_FIXES = 4 }; // ways to find out where the phone is

void sw_check(sw_call *s, char *missing, size_t n);             // names the methods that the system lacks, "" for none
void sw_place(sw_call *s, const char *name, char *uri, size_t n); // makes a row for a picture, without one
void sw_shoot(sw_call *s, const char *uri);                     // opens the camera for it
int sw_look(sw_call *s, const char *uri);                       // an open file, or -1 when there is none
void sw_clear(sw_call *s, const char *uri);                     // deletes the row and its picture
int sw_in_front(sw_call *s);
int sw_allowed(sw_call *s);                                     // to know where the phone is
void sw_ask(sw_call *s);
int sw_fixes(sw_call *s, sw_fix *out);                          // fills at most SW_FIXES and returns how many
void sw_listen(sw_call *s, int on);
double sw_text_scale(sw_call *s);                               // how large texts are to be, 1 is usual
int64_t sw_network(sw_call *s);                                 // the network in use, 0 for none
