using ModelGen.Compiler.Operations;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>Functions of each element alone.</summary>
internal static class Elementwise
{
    public static void AddTo(Meanings meanings)
    {
        meanings.Add<Relu>(static (_, x) => x[0].Each(static value => Math.Max(value, 0)));
        meanings.Add<LeakyRelu>(static (op, x) => x[0].Each(value => value > 0 ? value : op.Slope * value));
        meanings.Add<Elu>(static (op, x) => x[0].Each(value => value > 0 ? value : op.Alpha * (Math.Exp(value) - 1)));
        meanings.Add<Gelu>(
            static (op, x) =>
                x[0]
                    .Each(
                        op.IsApproximate
                            ? static value =>
                                value / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (value + (0.044715 * value * value * value))))
                            : static value => value * Normal(value)
                    )
        );
        meanings.Add<Sigmoid>(static (_, x) => x[0].Each(Logistic));
        meanings.Add<Silu>(static (_, x) => x[0].Each(static value => value * Logistic(value)));
        meanings.Add<Softplus>(
            static (op, x) => x[0].Each(value => op.Beta * value > 20 ? value : Math.Log(1 + Math.Exp(op.Beta * value)) / op.Beta)
        );
        meanings.Add<Tanh>(static (_, x) => x[0].Each(Math.Tanh));
        meanings.Add<Plus>(static (_, x) => Sum(x[0], x[1]));
        meanings.Add<Times>(static (_, x) => x[0].Each((value, i) => value * x[1].Values[i]));

        // In evaluation nothing is dropped, and an array's elements always lie side by side.
        meanings.Add<Dropout>(static (_, x) => x[0]);
        meanings.Add<Contiguous>(static (_, x) => x[0]);
    }

    // What is one for all samples meets each of them.
    private static Grid Sum(Grid a, Grid b) =>
        a.Shape.Length < b.Shape.Length ? Sum(b, a) : a.Each((value, i) => value + b.Values[i % b.Values.Length]);

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    // 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + x⁷/(3·5·7) + …)
    private static double Normal(double x)
    {
        if (Math.Abs(x) > 9)
        {
            return x > 0 ? 1 : 0;
        }

        var (sum, term) = (0.0, x);
        for (var next = 3; sum + term != sum; next += 2)
        {
            sum += term;
            term *= x * x / next;
        }

        return 0.5 + (Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * sum);
    }
}
