using System.Text;

namespace ModelGen.Build;

/// <summary>The symbol versions that a 64-bit little-endian ELF file needs, read the way the dynamic loader reads them.</summary>
/// <remarks>
/// Layout: System V ABI, "Object Files" and "Dynamic Linking"; version needs: Linux Standard Base Core 5.0, chapter "Symbol Versioning".
/// </remarks>
public sealed class ElfImage
{
    /// <summary><c>VER_FLG_WEAK</c>: a loader whose library lacks the version continues instead of refusing the file.</summary>
    public const ushort WeakFlag = 2;

    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int DynamicEntrySize = 16;
    private const int NeedSize = 16;
    private const int AuxiliarySize = 16;
    private const uint LoadSegment = 1;
    private const uint DynamicSegment = 2;
    private const ulong EndTag = 0;
    private const ulong StringTableTag = 5;
    private const ulong VersionNeedTag = 0x6ffffffe;
    private const ulong VersionNeedCountTag = 0x6fffffff;

    private readonly byte[] _bytes;

    /// <summary>Wraps the bytes of an ELF file; they are not copied.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="InvalidDataException">The bytes are not a 64-bit little-endian ELF file.</exception>
    public ElfImage(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < HeaderSize || bytes[0] != 0x7f || bytes[1] != 'E' || bytes[2] != 'L' || bytes[3] != 'F')
        {
            throw new InvalidDataException("it does not start with an ELF header");
        }

        if (bytes[4] != 2 || bytes[5] != 1)
        {
            throw new InvalidDataException("it is not a 64-bit little-endian ELF file");
        }
    }

    /// <summary>Reads every version need, in file order; empty if the file has none.</summary>
    /// <returns>The needs, each with its position in the file.</returns>
    /// <exception cref="InvalidDataException">A table in the file points outside it or is truncated.</exception>
    public IReadOnlyList<ElfVersionNeed> ReadVersionNeeds()
    {
        var needs = new List<ElfVersionNeed>();
        var (tableAddress, count, stringsAddress) = ReadDynamicSegment();
        if (tableAddress == 0 || count == 0)
        {
            return needs;
        }

        if (count > (ulong)(_bytes.Length / NeedSize))
        {
            throw new InvalidDataException("its version-need table is longer than the file");
        }

        var strings = FileOffset(stringsAddress, "the dynamic string table");
        var need = (ulong)FileOffset(tableAddress, "the version-need table");
        for (ulong i = 0; i < count; i++)
        {
            var at = Range(need, NeedSize, "a version-need entry");
            var auxiliaries = ReadUInt16(at + 2);
            var library = ReadString(strings, ReadUInt32(at + 4));
            var auxiliary = need + ReadUInt32(at + 8);
            for (var j = 0; j < auxiliaries; j++)
            {
                var entry = Range(auxiliary, AuxiliarySize, "a version-need entry");
                if (needs.Count == _bytes.Length / AuxiliarySize)
                {
                    throw new InvalidDataException("it has more version needs than fit in it");
                }

                needs.Add(new ElfVersionNeed(library, ReadString(strings, ReadUInt32(entry + 8)), ReadUInt16(entry + 4), entry + 4));
                auxiliary = Next(auxiliary, ReadUInt32(entry + 12), j == auxiliaries - 1);
            }

            need = Next(need, ReadUInt32(at + 12), i == count - 1);
        }

        return needs;
    }

    /// <summary>Sets the weak flag on the need for one version, in the bytes given to the constructor.</summary>
    /// <param name="library">The required shared library, such as <c>libstdc++.so.6</c>.</param>
    /// <param name="version">The required version, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether a byte changed: false if the file has no such need or it is already weak.</returns>
    /// <exception cref="InvalidDataException">The file is malformed; no byte has changed.</exception>
    public bool Weaken(string library, string version)
    {
        var changed = false;
        foreach (var need in ReadVersionNeeds())
        {
            if (need.Library == library && need.Version == version && !need.IsWeak)
            {
                _bytes[need.FlagsOffset] |= (byte)WeakFlag;
                changed = true;
            }
        }

        return changed;
    }

    private (ulong Table, ulong Count, ulong Strings) ReadDynamicSegment()
    {
        ulong table = 0,
            count = 0,
            strings = 0;
        foreach (var header in ProgramHeaders())
        {
            if (ReadUInt32(header) != DynamicSegment)
            {
                continue;
            }

            var size = ReadUInt64(header + 32);
            var start = Range(ReadUInt64(header + 8), size, "the dynamic segment");
            for (ulong i = 0; i + DynamicEntrySize <= size; i += DynamicEntrySize)
            {
                var tag = ReadUInt64(start + (int)i);
                var value = ReadUInt64(start + (int)i + 8);
                switch (tag)
                {
                    case EndTag:
                        return (table, count, strings);
                    case StringTableTag:
                        strings = value;
                        break;
                    case VersionNeedTag:
                        table = value;
                        break;
                    case VersionNeedCountTag:
                        count = value;
                        break;
                }
            }
        }

        return (table, count, strings);
    }

    private IEnumerable<int> ProgramHeaders()
    {
        var table = ReadUInt64(32);
        var size = ReadUInt16(54);
        var count = ReadUInt16(56);
        if (count > 0 && size < ProgramHeaderSize)
        {
            throw new InvalidDataException($"its program headers are {size} bytes long, less than {ProgramHeaderSize}");
        }

        for (var i = 0; i < count; i++)
        {
            yield return Range(table + ((ulong)i * size), ProgramHeaderSize, "the program header table");
        }
    }

    /// <summary>The file offset of the byte that the loader maps at a virtual address.</summary>
    private int FileOffset(ulong address, string what)
    {
        foreach (var header in ProgramHeaders())
        {
            var start = ReadUInt64(header + 16);
            var size = ReadUInt64(header + 32);
            if (ReadUInt32(header) == LoadSegment && address >= start && address - start < size)
            {
                return Range(ReadUInt64(header + 8) + (address - start), 1, what);
            }
        }

        throw new InvalidDataException($"{what} is in no loaded segment");
    }

    private int Range(ulong offset, ulong size, string what)
    {
        var length = (ulong)_bytes.Length;
        return offset <= length && size <= length - offset ? (int)offset : throw new InvalidDataException($"{what} lies outside the file");
    }

    // An offset of 0 ends a list; before the counted end, it would repeat the same entry.
    private static ulong Next(ulong entry, uint offset, bool last) =>
        offset != 0 || last ? entry + offset : throw new InvalidDataException("a version-need list ends before its count");

    private string ReadString(int table, uint offset)
    {
        var start = Range((ulong)table + offset, 1, "a name");
        var end = Array.IndexOf(_bytes, (byte)0, start);
        return end < 0 ? throw new InvalidDataException("a name does not end") : Encoding.UTF8.GetString(_bytes, start, end - start);
    }

    private ushort ReadUInt16(int at) => (ushort)(_bytes[at] | (_bytes[at + 1] << 8));

    private uint ReadUInt32(int at) => ReadUInt16(at) | ((uint)ReadUInt16(at + 2) << 16);

    private ulong ReadUInt64(int at) => ReadUInt32(at) | ((ulong)ReadUInt32(at + 4) << 32);
}
