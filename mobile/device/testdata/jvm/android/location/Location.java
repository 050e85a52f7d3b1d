package android.location;

public class Location {
	private final double lat;
	private final boolean mocked;
	Location(double lat, boolean mocked) { this.lat = lat; this.mocked = mocked; }
	public double getLatitude() { return lat; }
	public double getLongitude() { return 106.2425; }
	public float getAccuracy() { return 12.5f; }
	public long getElapsedRealtimeNanos() { return 5_000_000_000_000L; }
	public boolean isFromMockProvider() { return mocked; }
}
