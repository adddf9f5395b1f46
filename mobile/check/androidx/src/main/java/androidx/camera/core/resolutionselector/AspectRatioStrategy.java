package androidx.camera.core.resolutionselector;

import androidx.annotation.NonNull;

public final class AspectRatioStrategy {
    public static final int FALLBACK_RULE_NONE = 0;
    public static final int FALLBACK_RULE_AUTO = 1;
    public static final @NonNull AspectRatioStrategy RATIO_4_3_FALLBACK_AUTO_STRATEGY = new AspectRatioStrategy(0, 1);
    public static final @NonNull AspectRatioStrategy RATIO_16_9_FALLBACK_AUTO_STRATEGY = new AspectRatioStrategy(1, 1);

    public AspectRatioStrategy(int preferredAspectRatio, int fallbackRule) {}
}
