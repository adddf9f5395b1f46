package app.glimpse.power

import app.tauri.plugin.JSObject
import org.json.JSONArray
import org.json.JSONObject

/** As the plugin's README has it: every key, with null where a value is unknown. */
internal fun Reading.toJson(): JSObject {
    val json = JSObject()
    json.put("platform", "android")
    json.put("sequence", sequence)
    json.put("state", state.code)
    json.put("stateSource", stateSource)
    json.put("plugged", orNull(plugged))
    json.put("level", level.toJson())
    json.put("voltage", voltage.toJson())
    json.put("current", current.toJson())
    json.put("power", power.toJson())
    json.put("charge", charge.toJson())
    json.put("energy", energy.toJson())
    json.put("temperature", temperature.toJson())
    json.put("heat", orNull(heat?.code))
    json.put("heatSource", heatSource)
    json.put("heatAgeMs", heatAgeMs.coerceAtLeast(0))
    json.put("headroom", headroom.toJson())
    json.put("thresholds", JSONArray(thresholds.map { it.toJson() }))
    json.put("saving", orNull(saving))
    json.put("raw", JSONObject(raw))
    json.put("findings", JSONArray(findings))
    return json
}

private fun Quantity.toJson(): JSONObject {
    val json = JSONObject()
    json.put("value", orNull(value))
    json.put("unit", unit)
    json.put("source", source)
    json.put("ageMs", ageMs)
    return json
}

private fun Threshold.toJson(): JSONObject {
    val json = JSONObject()
    json.put("heat", heat.code)
    json.put("headroom", headroom)
    return json
}

private fun orNull(value: Any?): Any = value ?: JSONObject.NULL
