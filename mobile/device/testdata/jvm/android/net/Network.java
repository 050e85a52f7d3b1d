package android.net;

public class Network {
	public long getNetworkHandle() { return 0x6400000001L; }
}
