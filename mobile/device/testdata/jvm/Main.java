import android.app.Activity;
import android.content.ContentResolver;
import android.content.Context;
import android.content.res.Resources;
import android.location.LocationManager;
import android.net.ConnectivityManager;

// Calls each function of bridge.c on an activity that writes down what it is asked for.
public class Main {
	static native String check();
	static native String place(Context context, String name);
	static native String shoot(Context context, String uri);
	static native String look(Context context, String uri);
	static native String clear(Context context, String uri);
	static native String inFront(Context context);
	static native String allowed(Context context);
	static native String ask(Context context);
	static native String fixes(Context context);
	static native String listen(Context context, boolean on);
	static native String network(Context context);
	static native String textScale(Context context);

	static void say(String what, String result) { System.out.println(what + ": " + result); }

	public static void main(String[] args) {
		System.load(args[0]);
		Activity a = new Activity();
		String row = "content://media/external/images/media/7";
		say("check", check());
		say("place", place(a, "a.jpg"));
		say("shoot", shoot(a, row));
		say("look", look(a, row));
		say("clear", clear(a, row));
		for (String trouble : new String[] {"null", "absent", "坏了 \ud83d\udcf7 \ud83d"}) {
			ContentResolver.trouble = trouble;
			say("place", place(a, "a.jpg"));
			say("look", look(a, row));
		}
		say("clear", clear(a, row));
		Activity.camera = false;
		say("shoot", shoot(a, row));
		say("in front", inFront(a));
		Activity.focused = true;
		say("in front", inFront(a));
		say("allowed", allowed(a));
		Context.granted = 0;
		say("allowed", allowed(a));
		LocationManager.on = true;
		say("allowed", allowed(a));
		say("ask", ask(a));
		say("fixes", fixes(a));
		LocationManager.refused = true;
		say("fixes", fixes(a));
		say("listen", listen(a, true));
		say("listen", listen(a, false));
		say("network", network(a));
		ConnectivityManager.Main.online = true;
		say("network", network(a));
		say("text scale", textScale(a));
		Resources.settings.fontScale = 1.3f;
		say("text scale", textScale(a));
		Resources.settings = null;
		say("text scale", textScale(a));
		for (int i = 0; i < 100_000; i++) { // references that are left over would be told
			fixes(a);
			network(a);
			textScale(a);
		}
	}
}
