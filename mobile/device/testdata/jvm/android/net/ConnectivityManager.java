package android.net;

public class ConnectivityManager {
	public Network getActiveNetwork() { return Main.online ? new Network() : null; }

	public static class Main { public static boolean online; }
}
