package android.content;

public class ContentValues {
	private final StringBuilder all = new StringBuilder();
	public void put(String key, String value) { all.append(' ').append(key).append('=').append(value); }
	public String toString() { return all.toString(); }
}
