using System.IO.Compression;
using System.Text;

namespace ModelGen.Tests.Evaluation;

/// <summary>TorchScript files.</summary>
internal static class SavedScript
{
    /// <summary>A module without weights, called tiny, as torch.jit.save lays it out: a class, and a pickle of its one object.</summary>
    /// <param name="body">The statement of its forward.</param>
    /// <param name="parameters">What forward takes.</param>
    /// <param name="result">What forward gives.</param>
    public static byte[] Of(string body, string parameters = "x: Tensor", string result = "Tensor")
    {
        var code = $"""
            class Tiny(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.Tiny, {parameters}) -> {result}:
                {body}

            """.ReplaceLineEndings("\n");

        // PROTO 2, GLOBAL __torch__ Tiny, EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, MARK, BINUNICODE "training", NEWFALSE, SETITEMS, BUILD, STOP
        byte[] pickle =
        [
            0x80,
            2,
            (byte)'c',
            .. "__torch__\nTiny\n"u8,
            (byte)')',
            0x81,
            (byte)'}',
            (byte)'(',
            (byte)'X',
            8,
            0,
            0,
            0,
            .. "training"u8,
            0x89,
            (byte)'u',
            (byte)'b',
            (byte)'.',
        ];
        return Archive(
            ("tiny/version", "3\n"u8.ToArray()),
            ("tiny/code/__torch__.py", Encoding.UTF8.GetBytes(code)),
            ("tiny/data.pkl", pickle),
            ("tiny/constants.pkl", [0x80, 2, (byte)')', (byte)'.'])
        );
    }

    /// <summary>An archive of these files.</summary>
    public static byte[] Archive(params ReadOnlySpan<(string Name, byte[] Content)> entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (entry, content) in entries)
            {
                using var stream = zip.CreateEntry(entry, CompressionLevel.NoCompression).Open();
                stream.Write(content);
            }
        }

        return memory.ToArray();
    }
}
