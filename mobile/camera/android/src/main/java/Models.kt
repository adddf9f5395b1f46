package app.glimpse.camera

import app.tauri.annotation.InvokeArg
import app.tauri.plugin.Channel

@InvokeArg
class OpenArgs {
    lateinit var id: String
    lateinit var events: Channel
    var handle: Long = 0
    var width: Int = 0
    var height: Int = 0
    var fps: Int = 0
}

@InvokeArg
class CloseArgs {
    var handle: Long = 0
}

@InvokeArg
class TorchArgs {
    var on: Boolean = false
}

@InvokeArg
class ZoomArgs {
    var ratio: Float = Float.NaN
}

@InvokeArg
class FocusArgs {
    var x: Float = Float.NaN
    var y: Float = Float.NaN
}

class CameraAnswer(
    val id: String,
    val facing: String,
    val name: String,
    val torch: Boolean,
    val minZoom: Float,
    val maxZoom: Float,
)

class CamerasAnswer(val cameras: List<CameraAnswer>)

class OpenAnswer(
    val id: String,
    val width: Int,
    val height: Int,
    val fps: Int,
    val torch: Boolean,
    val minZoom: Float,
    val maxZoom: Float,
)

class ZoomAnswer(val ratio: Float)

class FocusAnswer(val focused: Boolean)

class StillAnswer(val path: String, val width: Int, val height: Int)

/** Why a command is rejected; the codes are those of the README of the plugin. */
class Refusal(val code: String, message: String) : Exception(message)
