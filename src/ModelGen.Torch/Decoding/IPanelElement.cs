using System.Runtime.Intrinsics;

namespace ModelGen.Decoding;

/// <summary>An element of a <see cref="PackedWeight"/>.</summary>
/// <typeparam name="T">The element itself.</typeparam>
internal unsafe interface IPanelElement<T>
    where T : unmanaged
{
    /// <summary>Sixteen of them as float32, without their scale.</summary>
    static abstract Vector512<float> Load(T* source);

    /// <summary>The nearest element.</summary>
    static abstract T Round(float value);
}
