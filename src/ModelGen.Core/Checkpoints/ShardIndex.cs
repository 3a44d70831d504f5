using System.Text.Json;
using ModelGen.Files;

namespace ModelGen.Checkpoints;

/// <summary>
/// An index of weights in several safetensors files, as Hugging Face's libraries write it beside them: JSON whose <c>weight_map</c> says
/// for each tensor which file has it.
/// </summary>
internal static class ShardIndex
{
    // The largest published ones have some 90,000 tensors.
    private const int MostBytes = 1 << 26;
    private const string MapName = "weight_map";

    /// <summary>Whether a path is that of an index rather than of a safetensors file.</summary>
    public static bool Is(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an index.</summary>
    /// <param name="path">The index.</param>
    /// <returns>The name of the file of each tensor; all are in the folder of the index.</returns>
    /// <exception cref="ModelGenException">It cannot be read, is not an index, or names a file outside its folder.</exception>
    public static Dictionary<string, string> Read(string path)
    {
        var bytes = Bytes(path);
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 8 });
            Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "it is not a JSON object");
            var hasMap = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMap = reader.ValueTextEquals(MapName);
                reader.Read();
                if (!isMap)
                {
                    reader.Skip();
                    continue;
                }

                Expect(!hasMap, $"it has '{MapName}' twice");
                hasMap = true;
                Expect(reader.TokenType == JsonTokenType.StartObject, $"its '{MapName}' is not an object");
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var tensor = reader.GetString()!;
                    reader.Read();
                    Expect(reader.TokenType == JsonTokenType.String, $"the file of its tensor '{tensor}' is not a name");
                    var shard = reader.GetString()!;
                    Expect(IsName(shard), $"it names '{Show(shard)}' for '{tensor}', which is not the name of a file in its own folder");
                    Expect(shards.TryAdd(tensor, shard), $"it has the tensor '{tensor}' twice");
                }
            }

            Expect(!reader.Read(), "it goes on after its end");
            Expect(hasMap, $"it has no '{MapName}'");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The reader throws the second for a string that is not UTF-8.
            throw Wrong(exception.Message.TrimEnd('.'), exception);
        }

        return shards;

        void Expect(bool isSo, string otherwise)
        {
            if (!isSo)
            {
                throw Wrong(otherwise);
            }
        }

        ModelGenException Wrong(string why, Exception? inner = null)
        {
            var message = $"'{path}' is not an index of safetensors files, or is damaged: {why}; use another copy of it.";
            return inner is null ? new ModelGenException(message) { Damage = why } : new ModelGenException(message, inner) { Damage = why };
        }
    }

    // On every system, whatever separates folders on any: an index must not mean different files here and there.
    private static bool IsName(string shard) =>
        shard.Length > 0 && shard is not "." and not ".." && shard.AsSpan().IndexOfAny("/\\:\0") < 0;

    private static string Show(string text) => text.Length > 60 ? text[..60] + "…" : text;

    private static byte[] Bytes(string path)
    {
        try
        {
            using var stream = RegularFile.Open(path);
            if (stream.Length > MostBytes)
            {
                throw new ModelGenException(
                    $"'{path}' has {stream.Length} bytes, and no index of safetensors files needs more than {MostBytes}; use another file."
                );
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException(
                exception is FileNotFoundException or DirectoryNotFoundException
                    ? $"The {WeightFiles.Kind} '{path}' does not exist."
                    : $"Cannot read the {WeightFiles.Kind} '{path}': {exception.Message}",
                exception
            );
        }
    }
}
