package android.content;

import android.net.Uri;
import android.os.ParcelFileDescriptor;
import java.io.FileNotFoundException;

public class ContentResolver {
	public static String trouble = "";

	public Uri insert(Uri table, ContentValues values) {
		System.out.println("insert " + table + values);
		if (trouble.equals("null")) return null;
		if (!trouble.isEmpty()) throw new IllegalStateException(trouble);
		return Uri.parse(table + "/7");
	}

	public ParcelFileDescriptor openFileDescriptor(Uri uri, String mode) throws FileNotFoundException {
		System.out.println("open " + uri + " " + mode);
		if (trouble.equals("null")) return null;
		if (trouble.equals("absent")) throw new FileNotFoundException("open failed: ENOENT");
		if (!trouble.isEmpty()) throw new SecurityException(trouble);
		return new ParcelFileDescriptor();
	}

	public int delete(Uri uri, String where, String[] args) {
		System.out.println("delete " + uri + " " + where + " " + args);
		if (!trouble.isEmpty()) throw new SecurityException(trouble);
		return 1;
	}
}
