package android.content;

import android.os.Parcelable;

public class Intent {
	private String text;
	public Intent(String action) { text = action; }
	public Intent putExtra(String name, Parcelable value) { text += " " + name + "=" + value; return this; }
	public void setClipData(ClipData clip) { text += " " + clip; }
	public Intent addFlags(int flags) { text += " flags=" + flags; return this; }
	public Intent setPackage(String name) { text += " package=" + name; return this; }
	public String toString() { return text; }
}
