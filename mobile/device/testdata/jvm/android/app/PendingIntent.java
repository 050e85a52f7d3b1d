package android.app;

import android.content.Context;
import android.content.Intent;

public class PendingIntent {
	private final String text;
	private PendingIntent(String text) { this.text = text; }

	public static PendingIntent getBroadcast(Context context, int code, Intent intent, int flags) {
		return new PendingIntent(intent + " " + code + " " + Integer.toHexString(flags));
	}

	public String toString() { return text; }
}
