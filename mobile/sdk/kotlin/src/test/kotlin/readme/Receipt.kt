import app.glimpse.sdk.Glimpse
import java.io.File

suspend fun main() {
    Glimpse.open().use { glimpse -> println(glimpse.read(File("receipt.jpg")).text) }
}
