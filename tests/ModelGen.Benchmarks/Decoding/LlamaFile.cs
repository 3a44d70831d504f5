using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ModelGen.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Decoding;

/// <summary>The weights of <c>SmallLlama.model.yaml</c> as a file in llama.cpp's format, GGUF version 3.</summary>
internal static class LlamaFile
{
    private const int Heads = 6;
    private const int Hidden = 768;
    private const int Alignment = 32;

    // Types of values and of tensors.
    private const uint UInt32 = 4;
    private const uint Int32 = 5;
    private const uint Single = 6;
    private const uint Text = 8;
    private const uint Array = 9;
    private const uint F32 = 0;
    private const uint Q8 = 8;

    // How many weights share a scale in Q8_0.
    private const int Block = 32;

    /// <summary>Writes the file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Where.</param>
    /// <param name="isNarrow">Whether matrices are in Q8_0.</param>
    public static void Write(SmallLlama model, string path, bool isNarrow)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var tensors = Tensors(model).ToList();
        using var file = new BinaryWriter(File.Create(path));
        file.Write("GGUF"u8);
        file.Write(3u);
        file.Write((ulong)tensors.Count);
        var values = Values(model).ToList();
        file.Write((ulong)values.Count);
        foreach (var (key, write) in values)
        {
            WriteText(file, key);
            write(file);
        }

        var offset = 0UL;
        foreach (var (name, tensor) in tensors)
        {
            WriteText(file, name);
            file.Write((uint)tensor.dim());
            foreach (var size in tensor.shape.Reverse())
            {
                file.Write((ulong)size);
            }

            file.Write(IsNarrow(tensor) ? Q8 : F32);
            file.Write(offset);
            offset = Aligned(offset + Bytes(tensor));
        }

        Pad(file);
        foreach (var (_, tensor) in tensors)
        {
            var numbers = tensor.contiguous().data<float>().ToArray();
            if (IsNarrow(tensor))
            {
                WriteNarrow(file, numbers);
            }
            else
            {
                System.Array.ForEach(numbers, file.Write);
            }

            Pad(file);
        }

        bool IsNarrow(Tensor tensor) => isNarrow && tensor.dim() == 2;

        ulong Bytes(Tensor tensor) => (ulong)(IsNarrow(tensor) ? tensor.numel() / Block * (Block + 2) : tensor.numel() * sizeof(float));
    }

    // llama.cpp pairs neighbours, and has a matrix for each of what ours has in one.
    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(SmallLlama model)
    {
        yield return ("token_embd.weight", model.Embed.Tokens.weight!);
        for (var i = 0; i < model.Blocks.Count; i++)
        {
            var block = model.Blocks[i];
            var qkv = block.SelfAttention.Qkv.weight!.chunk(3, 0);
            var gate = block.GatedLinear.weight!.chunk(2, 0);
            var prefix = string.Create(CultureInfo.InvariantCulture, $"blk.{i}.");
            yield return (prefix + "attn_norm.weight", block.RmsNorm.weight);
            yield return (prefix + "attn_q.weight", RotaryPositions.ToNeighbours(qkv[0], Heads));
            yield return (prefix + "attn_k.weight", RotaryPositions.ToNeighbours(qkv[1], Heads));
            yield return (prefix + "attn_v.weight", qkv[2]);
            yield return (prefix + "attn_output.weight", block.SelfAttention.Projection.weight!);
            yield return (prefix + "ffn_norm.weight", block.RmsNorm2.weight);
            yield return (prefix + "ffn_gate.weight", gate[0]);
            yield return (prefix + "ffn_up.weight", gate[1]);
            yield return (prefix + "ffn_down.weight", block.Linear.weight!);
        }

        yield return ("output_norm.weight", model.RmsNorm.weight);
    }

    private static IEnumerable<(string Key, Action<BinaryWriter> Write)> Values(SmallLlama model)
    {
        var width = (uint)model.Embed.Tokens.weight!.size(1);
        yield return ("general.architecture", file => Value(file, "llama"));
        yield return ("general.name", file => Value(file, nameof(SmallLlama)));
        yield return ("llama.context_length", file => Value(file, SmallLlama.Context));
        yield return ("llama.embedding_length", file => Value(file, width));
        yield return ("llama.block_count", file => Value(file, (uint)model.Blocks.Count));
        yield return ("llama.feed_forward_length", file => Value(file, Hidden));
        yield return ("llama.attention.head_count", file => Value(file, Heads));
        yield return ("llama.attention.head_count_kv", file => Value(file, Heads));
        yield return ("llama.rope.dimension_count", file => Value(file, width / Heads));
        yield return ("llama.rope.freq_base", file => Value(file, 10_000f));
        yield return ("llama.attention.layer_norm_rms_epsilon", file => Value(file, 1e-5f));
        yield return ("tokenizer.ggml.model", file => Value(file, "llama"));
        yield return ("tokenizer.ggml.tokens", file => List(file, Text, static (file, i) => WriteText(file, i < 3 ? $"<{i}>" : $"t{i}")));
        yield return ("tokenizer.ggml.scores", file => List(file, Single, static (file, _) => file.Write(0f)));
        yield return ("tokenizer.ggml.token_type", file => List(file, Int32, static (file, i) => file.Write(i < 3 ? 3 : 1)));
        yield return ("tokenizer.ggml.bos_token_id", file => Value(file, 1));
        yield return ("tokenizer.ggml.eos_token_id", file => Value(file, 2));
    }

    private static void Value(BinaryWriter file, string text)
    {
        file.Write(Text);
        WriteText(file, text);
    }

    private static void Value(BinaryWriter file, uint number)
    {
        file.Write(UInt32);
        file.Write(number);
    }

    private static void Value(BinaryWriter file, float number)
    {
        file.Write(Single);
        file.Write(number);
    }

    private static void List(BinaryWriter file, uint type, Action<BinaryWriter, int> write)
    {
        file.Write(Array);
        file.Write(type);
        file.Write((ulong)SmallLlama.Vocabulary);
        for (var i = 0; i < SmallLlama.Vocabulary; i++)
        {
            write(file, i);
        }
    }

    private static void WriteText(BinaryWriter file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        file.Write((ulong)bytes.Length);
        file.Write(bytes);
    }

    // For each block its scale in half precision, then its whole numbers.
    private static void WriteNarrow(BinaryWriter file, float[] numbers)
    {
        Span<byte> scale = stackalloc byte[2];
        for (var first = 0; first < numbers.Length; first += Block)
        {
            var block = numbers.AsSpan(first, Block);
            var largest = 0f;
            foreach (var number in block)
            {
                largest = Math.Max(largest, Math.Abs(number));
            }

            var step = largest / 127;
            BinaryPrimitives.WriteHalfLittleEndian(scale, (Half)step);
            file.Write(scale);
            foreach (var number in block)
            {
                file.Write((sbyte)MathF.Round(step > 0 ? number / step : 0));
            }
        }
    }

    private static ulong Aligned(ulong offset) => (offset + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter file)
    {
        file.Flush();
        while (file.BaseStream.Position % Alignment != 0)
        {
            file.Write((byte)0);
        }
    }
}
