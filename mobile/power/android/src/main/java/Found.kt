package app.glimpse.power

/**
 * What evidence says, with hysteresis: found once the newest [needed] votes agree; another one is found only once as
 * many and half again agree on it. Until then and after votes that disagree it stays as it is.
 */
internal class Found<T : Any>(private val needed: Int) {
    private val votes = ArrayDeque<T>()

    var value: T? = null
        private set

    /** How many of the newest votes agree, for the telling. */
    val agreeing: Int
        get() = votes.reversed().takeWhile { it == votes.last() }.size

    val of: Int
        get() = needed

    fun vote(other: T, weight: Int = 1) {
        repeat(weight) {
            votes.addLast(other)
            if (votes.size > 2 * needed) votes.removeFirst()
        }
        val count = agreeing
        if (value == null && count >= needed || value != null && count >= needed + needed / 2) value = votes.last()
    }
}
