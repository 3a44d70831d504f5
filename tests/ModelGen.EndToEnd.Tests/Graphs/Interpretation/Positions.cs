using ModelGen.Compiler.Operations;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>Rows that tokens, or their places in a sequence, stand for.</summary>
internal static class Positions
{
    public static void AddTo(Meanings meanings)
    {
        meanings.Add<Embed>(
            static (_, x) =>
            {
                var width = x[1].Shape[1];
                return new Grid([.. x[0].Shape, width]).Each((_, i) => x[1].Values[((long)x[0].Values[i / width] * width) + (i % width)]);
            }
        );
        meanings.Add<LeadingRows>(
            static (_, x) =>
            {
                var (length, width) = (x[0].Shape[1], x[1].Shape[1]);
                return new Grid([length, width]).Each((_, i) => x[1].Values[i]);
            }
        );

        // Of two numbers side by side the first is the sine, the second the cosine.
        meanings.Add<SinusoidalPositions>(
            static (op, x) =>
                new Grid([x[0].Shape[1], op.Width]).Each(
                    (_, i) =>
                    {
                        var (t, place) = (i / op.Width, i % op.Width);
                        var angle = t / Math.Pow(10000, (place - (place % 2)) / (double)op.Width);
                        return place % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
                    }
                )
        );
    }
}
