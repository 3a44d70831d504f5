using System.Runtime.InteropServices;

namespace ModelGen.Native;

/// <summary>
/// The place from which a shared library calls one of its imported functions, in the ELF format with 64 bits (System V ABI, chapter 5). A
/// library also calls its own exported functions through such places, so that others may replace them.
/// </summary>
internal static unsafe class ImportedFunction
{
    private const int RequestLinkMap = 2; // RTLD_DI_LINKMAP
    private const long StringTable = 5; // DT_STRTAB
    private const long SymbolTable = 6; // DT_SYMTAB
    private const long JumpsSize = 2; // DT_PLTRELSZ
    private const long Jumps = 23; // DT_JMPREL
    private const long Flags = 30; // DT_FLAGS
    private const nuint BindNow = 8; // DF_BIND_NOW

    /// <summary>
    /// Where the address is that the library jumps to; null if it does not call the function in this way, or the address cannot be changed.
    /// </summary>
    /// <param name="library">The library, loaded in this process.</param>
    /// <param name="name">The function's name in the library.</param>
    public static nint* Find(nint library, string name)
    {
        if (!OperatingSystem.IsLinux() || !TryGetLinkMap(library, out var map))
        {
            return null;
        }

        byte* strings = null;
        Symbol* symbols = null;
        Jump* jumps = null;
        nuint size = 0;
        for (var entry = (DynamicEntry*)map->Dynamic; entry->Tag != 0; entry++)
        {
            switch (entry->Tag)
            {
                case StringTable:
                    strings = (byte*)entry->Value;
                    break;
                case SymbolTable:
                    symbols = (Symbol*)entry->Value;
                    break;
                case Jumps:
                    jumps = (Jump*)entry->Value;
                    break;
                case JumpsSize:
                    size = entry->Value;
                    break;
                case Flags when (entry->Value & BindNow) != 0:
                    return null; // all addresses are known from the start, and then no longer writable
            }
        }

        // The loader has turned the tables' offsets into addresses; a loader that has not is none that this code knows.
        var start = (void*)map->Base;
        if (strings < start || symbols < start || jumps < start)
        {
            return null;
        }

        for (var jump = jumps; jump < (byte*)jumps + size; jump++)
        {
            var symbol = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(strings + symbols[jump->Info >> 32].Name);
            if (System.Text.Ascii.Equals(symbol, name))
            {
                return (nint*)(map->Base + jump->Offset);
            }
        }

        return null;
    }

    private static bool TryGetLinkMap(nint library, out LinkMap* map)
    {
        // From version 2.34 on, glibc has the function in its main library.
        foreach (var file in new[] { "libc.so.6", "libdl.so.2" })
        {
            if (NativeLibrary.TryLoad(file, out var loader) && NativeLibrary.TryGetExport(loader, "dlinfo", out var export))
            {
                LinkMap* found = null;
                var isFound = ((delegate* unmanaged<nint, int, void*, int>)export)(library, RequestLinkMap, &found) == 0;
                map = found;
                return isFound;
            }
        }

        map = null;
        return false;
    }

    // struct link_map, as far as it is public
    private readonly record struct LinkMap(nuint Base, nint Name, nint Dynamic);

    // Elf64_Dyn
    private readonly record struct DynamicEntry(long Tag, nuint Value);

    // Elf64_Sym
    private readonly record struct Symbol(uint Name, uint Kind, ulong Value, ulong Size);

    // Elf64_Rela
    private readonly record struct Jump(nuint Offset, ulong Info, long Addend);
}
