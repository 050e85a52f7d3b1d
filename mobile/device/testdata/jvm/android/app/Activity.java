package android.app;

import android.content.Context;
import android.content.Intent;

public class Activity extends Context {
	public static boolean focused, camera = true;

	public boolean hasWindowFocus() { return focused; }

	public final void requestPermissions(String[] names, int code) { System.out.println("ask " + String.join(",", names) + " " + code); }

	public void startActivityForResult(Intent intent, int code) {
		if (!camera) throw new RuntimeException("没有相机 \ud83d\udcf7 No Activity found");
		System.out.println("start " + intent + " " + code);
	}
}
