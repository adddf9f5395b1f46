package androidx.camera.core;

import androidx.annotation.RequiresOptIn;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

@Retention(RetentionPolicy.CLASS)
@RequiresOptIn
public @interface ExperimentalGetImage {}
