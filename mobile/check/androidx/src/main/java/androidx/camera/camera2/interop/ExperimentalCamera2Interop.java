package androidx.camera.camera2.interop;

import androidx.annotation.RequiresOptIn;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

@Retention(RetentionPolicy.CLASS)
@RequiresOptIn
public @interface ExperimentalCamera2Interop {}
