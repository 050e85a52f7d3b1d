// Loaded into the app of a blank window before its libraries. It notes when the app is handed that a finger was lifted, when it
// begins to draw a frame, and when it has handed the frame over.
//
// X is asked for touches by one clock and Fyne draws by another, both 60 times a second and as far apart as when the process
// began, so that every touch of it would wait equally long for its frame. A tap is therefore held for another part of 1/60 s each
// time, as if the first clock stood elsewhere; how long is noted, for the finger takes it off.
#define _GNU_SOURCE
#include <X11/Xlib.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { touched, begun, swapped };

static int64_t now(clockid_t clock) {
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void note(int64_t what, int64_t held) {
	static int notes;
	if (!notes) notes = open(getenv("WINDOW_NOTES"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	int64_t words[] = {what, now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID), held};
	if (write(notes, words, sizeof words) != sizeof words) notes = -1; // half a note must not be followed by others
}

int XNextEvent(Display *display, XEvent *e) {
	static int (*next)(Display *, XEvent *);
	static int x, y;
	static int64_t taps;
	if (!next) next = (int (*)(Display *, XEvent *))dlsym(RTLD_NEXT, "XNextEvent");
	int r = next(display, e);
	if (e->type == ButtonPress) {
		x = e->xbutton.x, y = e->xbutton.y;
	} else if (e->type == ButtonRelease) {
		int64_t came = now(CLOCK_MONOTONIC);
		if (e->xbutton.x == x && e->xbutton.y == y) { // a drag's frames would be late
			// Steps of the golden ratio lie evenly in the whole, however many there are.
			struct timespec hold = {0, taps++ * 618034 % 1000000 * 1000 / 60};
			nanosleep(&hold, NULL);
		}
		note(touched, now(CLOCK_MONOTONIC) - came);
	}
	return r;
}

void glClear(unsigned int mask) {
	static void (*clear)(unsigned int);
	if (!clear) clear = (void (*)(unsigned int))dlsym(RTLD_NEXT, "glClear");
	note(begun, 0);
	clear(mask);
}

unsigned int eglSwapBuffers(void *display, void *surface) {
	static unsigned int (*swap)(void *, void *);
	if (!swap) swap = (unsigned int (*)(void *, void *))dlsym(RTLD_NEXT, "eglSwapBuffers");
	unsigned int r = swap(display, surface);
	note(swapped, 0);
	return r;
}
