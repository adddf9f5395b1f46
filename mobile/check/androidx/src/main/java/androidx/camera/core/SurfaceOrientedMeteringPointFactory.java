package androidx.camera.core;

import androidx.annotation.NonNull;

public class SurfaceOrientedMeteringPointFactory extends MeteringPointFactory {
    public SurfaceOrientedMeteringPointFactory(float width, float height) {}

    public SurfaceOrientedMeteringPointFactory(float width, float height, @NonNull UseCase useCaseForAspectRatio) {}
}
