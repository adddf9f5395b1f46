//! One plain-Rust body, compiled once for each instruction set.

/// Declares methods of [`Kernels`](crate::Kernels) that run a body compiled for the table's
/// instruction set, for the compiler to vectorize.
///
/// The body is an `#[inline(always)]` function. `= exact body` gives the same bits everywhere, as
/// Rust never contracts a product and a sum by itself. `= fused body` is generic over whether
/// [`f32::mul_add`] is one instruction; see [`fma`].
macro_rules! multiversion {
    ($($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),* $(,)?) = $how:ident $body:ident;)*) => {
        impl crate::Kernels {
            $(
                $(#[$meta])*
                $vis fn $name(&self, $($arg: $ty),*) {
                    #[cfg(target_arch = "x86_64")]
                    #[target_feature(enable = "avx2,fma")]
                    fn avx2($($arg: $ty),*) {
                        crate::dispatch::call!($how $body true ($($arg),*))
                    }
                    #[cfg(target_arch = "x86_64")]
                    #[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512vl,avx512dq")]
                    fn avx512($($arg: $ty),*) {
                        crate::dispatch::call!($how $body true ($($arg),*))
                    }
                    match self.isa() {
                        // SAFETY: a table is handed out only where the machine has its
                        // instruction set.
                        #[cfg(target_arch = "x86_64")]
                        crate::Isa::Avx2 | crate::Isa::AvxVnni => unsafe { avx2($($arg),*) },
                        // SAFETY: likewise.
                        #[cfg(target_arch = "x86_64")]
                        crate::Isa::Avx512Vnni => unsafe { avx512($($arg),*) },
                        _ => crate::dispatch::call!(
                            $how $body {cfg!(target_arch = "aarch64")} ($($arg),*)
                        ),
                    }
                }
            )*
        }
    };
}

macro_rules! call {
    (exact $body:ident $fma:tt ($($arg:ident),*)) => { $body($($arg),*) };
    (fused $body:ident $fma:tt ($($arg:ident),*)) => { $body::<$fma>($($arg),*) };
}

pub(crate) use {call, multiversion};

/// `a·b + c`, rounded once where the hardware can (`FMA`), else twice: without the instruction,
/// [`f32::mul_add`] is a slow library call.
#[inline(always)]
pub(crate) fn fma<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}
