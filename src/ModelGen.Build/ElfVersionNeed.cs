namespace ModelGen.Build;

/// <summary>One symbol version that an ELF file asks of a shared library: an <c>Elf64_Vernaux</c> entry.</summary>
/// <param name="library">The shared library asked, such as <c>libstdc++.so.6</c>.</param>
/// <param name="version">The version asked for, such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="flags">The entry's <c>vna_flags</c>.</param>
/// <param name="flagsOffset">Where in the file the two bytes of <c>vna_flags</c> are.</param>
public sealed class ElfVersionNeed(string library, string version, ushort flags, int flagsOffset)
{
    /// <summary>The shared library asked, such as <c>libstdc++.so.6</c>.</summary>
    public string Library { get; } = library;

    /// <summary>The version asked for, such as <c>GLIBCXX_3.4.32</c>.</summary>
    public string Version { get; } = version;

    /// <summary>The entry's <c>vna_flags</c>.</summary>
    public ushort Flags { get; } = flags;

    /// <summary>Where in the file the two bytes of <c>vna_flags</c> are.</summary>
    public int FlagsOffset { get; } = flagsOffset;

    /// <summary>Whether the loader goes on when the library lacks the version.</summary>
    public bool IsWeak => (Flags & ElfImage.WeakFlag) != 0;
}
