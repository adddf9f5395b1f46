package androidx.activity.result.contract

import android.content.Context
import android.content.Intent
import androidx.activity.result.ActivityResult
import androidx.activity.result.IntentSenderRequest

public abstract class ActivityResultContract<I, O> {
    public abstract fun createIntent(context: Context, input: I): Intent

    public abstract fun parseResult(resultCode: Int, intent: Intent?): O
}

public class ActivityResultContracts private constructor() {
    public class StartActivityForResult : ActivityResultContract<Intent, ActivityResult>() {
        override fun createIntent(context: Context, input: Intent): Intent =
            throw UnsupportedOperationException("a declaration, to compile against")

        override fun parseResult(resultCode: Int, intent: Intent?): ActivityResult =
            throw UnsupportedOperationException("a declaration, to compile against")
    }

    public class StartIntentSenderForResult : ActivityResultContract<IntentSenderRequest, ActivityResult>() {
        override fun createIntent(context: Context, input: IntentSenderRequest): Intent =
            throw UnsupportedOperationException("a declaration, to compile against")

        override fun parseResult(resultCode: Int, intent: Intent?): ActivityResult =
            throw UnsupportedOperationException("a declaration, to compile against")
    }

    public class RequestMultiplePermissions : ActivityResultContract<Array<String>, Map<String, Boolean>>() {
        override fun createIntent(context: Context, input: Array<String>): Intent =
            throw UnsupportedOperationException("a declaration, to compile against")

        override fun parseResult(resultCode: Int, intent: Intent?): Map<String, Boolean> =
            throw UnsupportedOperationException("a declaration, to compile against")
    }
}
