package android.location;

import android.app.PendingIntent;

public class LocationManager {
	public static boolean on, refused;

	public boolean isLocationEnabled() { return on; }

	public Location getLastKnownLocation(String way) {
		if (refused) throw new SecurityException("no permission");
		switch (way) {
		case "gps": throw new SecurityException("only the rough place is allowed");
		case "network": return new Location(36.01, false);
		case "fused": throw new IllegalArgumentException("unknown provider");
		case "passive": return new Location(35.5, true);
		}
		return null;
	}

	public void requestLocationUpdates(String way, long ms, float metres, PendingIntent told) {
		if (!way.equals("network")) throw new IllegalArgumentException("unknown provider: " + way);
		System.out.println("updates " + way + " " + ms + " " + metres + " " + told);
	}

	public void removeUpdates(PendingIntent told) { System.out.println("no updates " + told); }
}
