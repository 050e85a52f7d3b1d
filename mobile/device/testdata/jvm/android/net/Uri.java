package android.net;

public class Uri implements android.os.Parcelable {
	private final String text;
	private Uri(String text) { this.text = text; }
	public static Uri parse(String text) { return new Uri(text); }
	public String toString() { return text; }
}
