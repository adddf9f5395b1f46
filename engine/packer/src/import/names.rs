//! Readable names of the nodes, in the order in which the importer meets them.

/// Nodes of the stem that detector and recognizer share.
const STEM: [&str; 7] = ["stem.1", "stem.2a", "stem.2b", "stem.2pool", "stem.2", "stem.3", "stem.4"];

/// Names of a PP-LCNetV4 backbone; `stages` says for each block whether it has squeeze-excite.
fn backbone(stages: &[&[bool]]) -> Vec<String> {
    let mut names: Vec<String> = STEM.iter().map(|&n| n.to_owned()).collect();
    for (s, blocks) in stages.iter().enumerate() {
        for (b, &excited) in blocks.iter().enumerate() {
            let parts: &[&str] =
                if excited { &["dw", "se", "expand", "compress"] } else { &["dw", "expand", "compress"] };
            names.extend(parts.iter().map(|part| format!("s{}.b{b}.{part}", s + 1)));
        }
    }
    names
}

/// Names of the detector's nodes.
pub(crate) fn detector() -> Vec<String> {
    let mut names = backbone(&[
        &[true, false],
        &[false, true, false],
        &[false, true, false, true, false],
        &[false, true, false],
    ]);
    for level in [5, 4, 3, 2] {
        names.extend([format!("neck.p{level}.lateral"), format!("neck.p{level}.se")]);
    }
    names.extend([4, 3, 2].map(|level| format!("neck.p{level}.sum")));
    for level in [5, 4, 3, 2] {
        names.extend(["dw", "reduce", "reduce_se"].map(|part| format!("neck.p{level}.{part}")));
    }
    names.extend(["neck.concat", "head.conv", "head.up1", "head.up2"].map(str::to_owned));
    names
}

/// Names of the recognizer's nodes.
pub(crate) fn recognizer() -> Vec<String> {
    let mut names = backbone(&[
        &[true, false, false],
        &[false, true, false, true, false, true, false],
        &[false, true, false],
    ]);
    names.extend(["pool", "neck.skip", "neck.main", "neck.local"].map(str::to_owned));
    for block in 0..2 {
        names.extend(
            ["norm1", "qkv", "attention", "project", "norm2", "mlp1", "mlp2"]
                .map(|part| format!("neck.t{block}.{part}")),
        );
    }
    names.extend(["neck.norm", "neck.sum", "head.characters"].map(str::to_owned));
    names
}

/// Names of the text direction classifier's nodes.
pub(crate) fn direction() -> Vec<String> {
    let excited = [true, false, false, true, true, true, true, true, true, true, true];
    let mut names = vec!["stem".to_owned()];
    for (b, excited) in excited.into_iter().enumerate() {
        let parts: &[&str] =
            if excited { &["expand", "dw", "se", "compress"] } else { &["expand", "dw", "compress"] };
        names.extend(parts.iter().map(|part| format!("b{b}.{part}")));
    }
    names.extend(["last", "pool", "mean", "head.linear", "head.softmax"].map(str::to_owned));
    names
}
