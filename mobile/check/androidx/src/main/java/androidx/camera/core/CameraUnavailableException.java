package androidx.camera.core;

public class CameraUnavailableException extends Exception {
    public static final int CAMERA_UNKNOWN_ERROR = 0;
    public static final int CAMERA_DISABLED = 1;
    public static final int CAMERA_DISCONNECTED = 2;
    public static final int CAMERA_ERROR = 3;
    public static final int CAMERA_IN_USE = 4;
    public static final int CAMERA_MAX_IN_USE = 5;
    public static final int CAMERA_UNAVAILABLE_DO_NOT_DISTURB = 6;

    public CameraUnavailableException(int reason) {}

    public int getReason() {
        throw new UnsupportedOperationException("a declaration, to compile against");
    }
}
