namespace ModelGen.Native;

/// <summary>The library that multiplies large float32 matrices on the CPU; both are part of libtorch.</summary>
internal enum ProductKernel
{
    /// <summary>The one that libtorch chooses, which on x86-64 is MKL.</summary>
    Libtorch,

    /// <summary>oneDNN, which libtorch itself uses for narrower types alone.</summary>
    OneDnn,
}
