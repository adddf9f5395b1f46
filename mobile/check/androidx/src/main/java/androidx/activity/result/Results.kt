package androidx.activity.result

import android.content.Intent
import androidx.activity.result.contract.ActivityResultContract

public class ActivityResult(public val resultCode: Int, public val data: Intent?)

public fun interface ActivityResultCallback<O> {
    public fun onActivityResult(result: O)
}

public interface ActivityResultCaller {
    public fun <I, O> registerForActivityResult(
        contract: ActivityResultContract<I, O>,
        callback: ActivityResultCallback<O>,
    ): ActivityResultLauncher<I>
}

public abstract class ActivityResultLauncher<I> {
    public open fun launch(input: I) {
        throw UnsupportedOperationException("a declaration, to compile against: $input")
    }

    public abstract fun unregister()
}

public class IntentSenderRequest internal constructor(public val intentSender: android.content.IntentSender)
