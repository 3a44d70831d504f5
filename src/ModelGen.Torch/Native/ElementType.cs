namespace ModelGen.Native;

/// <summary>libtorch's numeric codes for dtypes.</summary>
internal static class ElementType
{
    public const int Half = 5;
    public const int Single = 6;
    public const int Double = 7;
    public const int BFloat16 = 15;

    /// <summary>The code for a C# type.</summary>
    public static int Of<T>()
        where T : unmanaged => typeof(T) == typeof(double) ? Double : Single;
}
