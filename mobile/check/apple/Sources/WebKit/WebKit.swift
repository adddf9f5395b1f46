@_exported import UIKit

public class WKWebView: UIView {}
