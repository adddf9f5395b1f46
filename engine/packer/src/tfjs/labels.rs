//! The names of COCO's 80 classes, in the order of the data set's category ids (Lin et al. 2014,
//! "Microsoft COCO: Common Objects in Context").

use glimpse_engine::pack::{PackTensor, PackTensorData};

const LABELS: [&str; 80] = [
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat",
    "traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse",
    "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie",
    "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove",
    "skateboard", "surfboard", "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon",
    "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut",
    "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse",
    "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book",
    "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
];

/// The names as a tensor of bytes, newline separated.
pub(crate) fn labels() -> PackTensor {
    let bytes = LABELS.join("\n").into_bytes();
    PackTensor { name: "labels".into(), shape: vec![bytes.len()], data: PackTensorData::U8(bytes) }
}
