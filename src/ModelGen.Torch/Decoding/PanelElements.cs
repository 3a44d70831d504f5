using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelGen.Decoding;

/// <summary><see cref="WeightFormat.Float32"/>.</summary>
internal readonly unsafe struct SingleElement : IPanelElement<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    public static float Round(float value) => value;
}

/// <summary><see cref="WeightFormat.BFloat16"/>: the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Element : IPanelElement<ushort>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* source)
    {
        if (Avx512F.IsSupported)
        {
            return (Avx512F.ConvertToVector512UInt32(Vector256.Load(source)) << 16).AsSingle();
        }

        var (lower, upper) = Vector256.Widen(Vector256.Load(source));
        return (Vector512.Create(lower, upper) << 16).AsSingle();
    }

    // To nearest, ties to even; weights are finite.
    public static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}

/// <summary><see cref="WeightFormat.Int8"/>.</summary>
internal readonly unsafe struct Int8Element : IPanelElement<sbyte>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(sbyte* source)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.Load(source)));
        }

        var (lower, upper) = Vector128.Widen(Vector128.Load(source));
        var (first, second) = Vector128.Widen(lower);
        var (third, fourth) = Vector128.Widen(upper);
        return Vector512.ConvertToSingle(Vector512.Create(Vector256.Create(first, second), Vector256.Create(third, fourth)));
    }

    public static sbyte Round(float value) => (sbyte)Math.Clamp(MathF.Round(value), -127, 127);
}
