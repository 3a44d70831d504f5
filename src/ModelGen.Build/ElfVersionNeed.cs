namespace ModelGen.Build;

/// <summary>One symbol version that an ELF file requires of a shared library: an <c>Elf64_Vernaux</c> entry.</summary>
/// <param name="library">The required shared library, such as <c>libstdc++.so.6</c>.</param>
/// <param name="version">The required version, such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="flags">The entry's <c>vna_flags</c>.</param>
/// <param name="flagsOffset">The file offset of the two bytes of <c>vna_flags</c>.</param>
public sealed class ElfVersionNeed(string library, string version, ushort flags, int flagsOffset)
{
    /// <summary>The required shared library, such as <c>libstdc++.so.6</c>.</summary>
    public string Library { get; } = library;

    /// <summary>The required version, such as <c>GLIBCXX_3.4.32</c>.</summary>
    public string Version { get; } = version;

    /// <summary>The entry's <c>vna_flags</c>.</summary>
    public ushort Flags { get; } = flags;

    /// <summary>The file offset of the two bytes of <c>vna_flags</c>.</summary>
    public int FlagsOffset { get; } = flagsOffset;

    /// <summary>Whether the loader continues if the library lacks the version.</summary>
    public bool IsWeak => (Flags & ElfImage.WeakFlag) != 0;
}
