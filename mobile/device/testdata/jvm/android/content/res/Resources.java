package android.content.res;

public class Resources {
	public static Configuration settings = new Configuration();

	public Configuration getConfiguration() { return settings; }
}
