//! Reads the weights of a PyTorch file of the format before its zip archives (`torch.save` until
//! 1.5): pickles of a magic number, a version, facts of the machine, a dictionary of tensors and a
//! list of storages, then the storages themselves, each after its number of elements.

mod pickle;

use std::collections::{BTreeMap, HashMap};

use pickle::Object;

use crate::error::{Error, Result};

/// PyTorch's magic number, little-endian.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
/// Version of the format.
const VERSION: usize = 1001;

/// A tensor of real numbers in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<f32>,
}

/// The tensors of real numbers in `bytes`, a PyTorch file of the old format, by their names. Tensors
/// of integers, such as counters of batches, are left out.
///
/// # Errors
/// [`Error::Source`] about `file`.
pub(crate) fn read(file: &str, bytes: &[u8]) -> Result<BTreeMap<String, Tensor>> {
    parse(bytes).map_err(|reason| Error::Source { file: file.to_owned(), reason })
}

/// A number of any length as hexadecimal digits, as they lie.
fn digits(bytes: &[u8]) -> String {
    crate::models::hex(bytes)
}

fn parse(bytes: &[u8]) -> Result<BTreeMap<String, Tensor>, String> {
    let (magic, rest) = pickle::read(bytes)?;
    if magic.text() != Some(&digits(&MAGIC)) {
        return Err("not a PyTorch file of the format before 1.6".into());
    }
    let (version, rest) = pickle::read(rest)?;
    if version.size() != Some(VERSION) {
        return Err("another version of PyTorch's format".into());
    }
    let (machine, rest) = pickle::read(rest)?;
    if !is_little_endian(&machine) {
        return Err("not from a little-endian machine".into());
    }
    let (entries, rest) = pickle::read(rest)?;
    let (order, rest) = pickle::read(rest)?;
    let entries = entries_of(&entries)?;
    let storages = storages(&entries, &order, rest)?;
    let mut tensors = BTreeMap::new();
    for entry in entries {
        if entry.storage.real {
            let data = *storages.get(entry.storage.key.as_str()).ok_or("a storage is not listed")?;
            let tensor = entry.gather(data).ok_or_else(|| format!("{} exceeds its storage", entry.name))?;
            tensors.insert(entry.name, tensor);
        }
    }
    Ok(tensors)
}

fn is_little_endian(machine: &Object) -> bool {
    let Object::Dict(items) = machine else { return false };
    items
        .list
        .chunks_exact(2)
        .any(|pair| pair[0].text() == Some("little_endian") && matches!(pair[1], Object::Bool(true)))
}

/// A tensor as the dictionary describes it.
struct Entry {
    name: String,
    storage: Storage,
    offset: usize,
    shape: Vec<usize>,
    strides: Vec<usize>,
}

/// What tensors are views of.
struct Storage {
    key: String,
    /// Floats, else 64-bit integers.
    real: bool,
    elements: usize,
}

impl Storage {
    fn bytes(&self) -> Option<usize> {
        self.elements.checked_mul(if self.real { 4 } else { 8 })
    }
}

fn entries_of(dictionary: &Object) -> Result<Vec<Entry>, String> {
    let Object::Dict(items) = dictionary else { return Err("not a dictionary of tensors".into()) };
    let entry = |pair: &[Object]| {
        let name = pair[0].text().ok_or("a key is not a text")?;
        let entry = entry_of(name, &pair[1]);
        entry.ok_or_else(|| format!("{name} is not a dense tensor of floats or 64-bit integers"))
    };
    items.list.chunks_exact(2).map(entry).collect()
}

/// A call of `torch._utils._rebuild_tensor_v2(storage, offset, size, strides, …)`.
fn entry_of(name: &str, value: &Object) -> Option<Entry> {
    let Object::Call(call) = value else { return None };
    let [callable, arguments] = &call.list[..] else { return None };
    if callable.class()? != "torch._utils _rebuild_tensor_v2" {
        return None;
    }
    let [storage, offset, shape, strides, ..] = arguments.tuple()? else { return None };
    let Object::Persistent(id) = storage else { return None };
    let [kind, class, key, _, elements, rest @ ..] = id.list.first()?.tuple()? else { return None };
    let views = rest.iter().any(|view| !matches!(view, Object::None));
    if kind.text()? != "storage" || views {
        return None;
    }
    let real = match class.class()? {
        "torch FloatStorage" => true,
        "torch LongStorage" => false,
        _ => return None,
    };
    let storage = Storage { key: key.text()?.to_owned(), real, elements: elements.size()? };
    let (shape, strides) = (shape.sizes()?, strides.sizes()?);
    (shape.len() == strides.len()).then_some(())?;
    Some(Entry { name: name.to_owned(), storage, offset: offset.size()?, shape, strides })
}

impl Entry {
    /// The elements in row-major order, whatever order they lie in. [`None`] where one lies outside
    /// of `data` or several are the same.
    fn gather(&self, data: &[u8]) -> Option<Tensor> {
        let floats = data.len() / 4;
        let count = self.shape.iter().try_fold(1usize, |n, side| n.checked_mul(*side))?;
        if count > floats {
            return None;
        }
        let last = self
            .shape
            .iter()
            .zip(&self.strides)
            .try_fold(self.offset, |at, (n, s)| at.checked_add(n.checked_sub(1)?.checked_mul(*s)?));
        if count > 0 && last? >= floats {
            return None;
        }
        let mut index = vec![0; self.shape.len()];
        let mut out = Vec::with_capacity(count);
        for _ in 0..count {
            let at: usize = self.offset + index.iter().zip(&self.strides).map(|(i, s)| i * s).sum::<usize>();
            out.push(f32::from_le_bytes(data[at * 4..][..4].try_into().ok()?));
            for (i, n) in index.iter_mut().zip(&self.shape).rev() {
                *i += 1;
                if *i < *n {
                    break;
                }
                *i = 0;
            }
        }
        Some(Tensor { shape: self.shape.clone(), data: out })
    }
}

/// The bytes of each storage: they lie one after another in the order of the list.
fn storages<'a>(
    entries: &[Entry],
    order: &Object,
    mut rest: &'a [u8],
) -> Result<HashMap<String, &'a [u8]>, String> {
    let Object::List(keys) = order else { return Err("no list of storages".into()) };
    let known: HashMap<&str, &Storage> =
        entries.iter().map(|e| (e.storage.key.as_str(), &e.storage)).collect();
    let mut found = HashMap::new();
    for key in &keys.list {
        let storage = key.text().and_then(|key| known.get(key)).ok_or("a storage of no tensor")?;
        let (count, after) = rest.split_at_checked(8).ok_or("the file ends early")?;
        let count = count.iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
        if usize::try_from(count) != Ok(storage.elements) {
            return Err(format!("storage {} has {count} elements, not {}", storage.key, storage.elements));
        }
        let bytes = storage.bytes().ok_or("a storage is too large")?;
        let (data, after) = after.split_at_checked(bytes).ok_or("the file ends early")?;
        found.insert(storage.key.clone(), data);
        rest = after;
    }
    if rest.is_empty() { Ok(found) } else { Err(format!("{} bytes after the last storage", rest.len())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `torch.save` writes for `{"w": tensor, "n": counter}`: `w` of 2×3 with strides (1, 2) from
    /// element `offset` of a storage of 0, 1, 2…, of `elements` elements.
    fn file(offset: u8, elements: u8) -> Vec<u8> {
        let text = |t: &str| [&[b'X', t.len() as u8, 0, 0, 0], t.as_bytes()].concat();
        let tensor = |class: &str, key: &str, elements: u8, offset: u8, tail: &[u8]| {
            let class = format!("ctorch {class}\n").replace("torch ", "torch\n");
            [
                b"ctorch._utils\n_rebuild_tensor_v2\n((".as_slice(),
                &text("storage"),
                class.as_bytes(),
                &text(key),
                &text("cpu"),
                &[b'K', elements, b'N', b't', b'Q', b'K', offset],
                tail,
                b"\x89ccollections\nOrderedDict\n)RtR",
            ]
            .concat()
        };
        let mut out = [b"\x80\x02\x8a\x0a".as_slice(), &MAGIC, b".\x80\x02M\xe9\x03.\x80\x02}"].concat();
        out.extend(
            [&text("little_endian"), b"\x88s.\x80\x02ccollections\nOrderedDict\n)R(".as_slice()].concat(),
        );
        out.extend(text("w"));
        out.extend(tensor("FloatStorage", "7", elements, offset, b"K\x02K\x03\x86K\x01K\x02\x86"));
        out.extend(text("n"));
        out.extend(tensor("LongStorage", "8", 1, 0, b"))"));
        out.extend([b"u.\x80\x02](".as_slice(), &text("7"), &text("8"), b"e."].concat());
        out.extend(u64::from(elements).to_le_bytes());
        out.extend((0..elements).flat_map(|i| f32::from(i).to_le_bytes()));
        out.extend(1u64.to_le_bytes());
        out.extend(5u64.to_le_bytes());
        out
    }

    #[test]
    fn strides_and_offsets_are_respected() {
        let tensors = parse(&file(2, 8)).expect("a file");
        assert_eq!(tensors.keys().collect::<Vec<_>>(), ["w"]);
        assert_eq!(tensors["w"], Tensor { shape: vec![2, 3], data: vec![2.0, 4.0, 6.0, 3.0, 5.0, 7.0] });
    }

    #[test]
    fn a_tensor_beyond_its_storage_is_refused() {
        assert!(parse(&file(3, 8)).expect_err("beyond").contains("exceeds"));
        assert!(parse(&file(0, 5)).expect_err("beyond").contains("exceeds"));
    }

    #[test]
    fn a_file_cut_anywhere_is_an_error() {
        let whole = file(0, 6);
        for end in 0..whole.len() {
            assert!(parse(&whole[..end]).is_err(), "cut to {end}");
        }
        assert!(parse(&[&whole[..], b"x"].concat()).is_err());
    }

    #[test]
    fn random_damage_is_survived() {
        let whole = file(0, 6);
        let mut state = 5u64;
        for _ in 0..20_000 {
            let mut bad = whole.clone();
            for _ in 0..2 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (state >> 33) as usize % bad.len();
                bad[at] = (state >> 20) as u8;
            }
            let _ = parse(&bad);
        }
    }
}
