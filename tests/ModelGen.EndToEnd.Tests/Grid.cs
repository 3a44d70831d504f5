namespace ModelGen.EndToEnd.Tests;

/// <summary>A dense array in row-major order.</summary>
internal sealed record Grid(double[] Values, long[] Shape)
{
    public Grid(long[] shape)
        : this(new double[Product(shape)], shape) { }

    public ref double this[params long[] at]
    {
        get
        {
            var index = 0L;
            for (var i = 0; i < at.Length; i++)
            {
                index = (index * Shape[i]) + at[i];
            }

            return ref Values[index];
        }
    }

    /// <summary>Every place of an array of a shape, in the order of its elements.</summary>
    public static IEnumerable<long[]> Places(long[] shape)
    {
        var at = new long[shape.Length];
        while (true)
        {
            yield return [.. at];
            var axis = shape.Length - 1;
            while (axis >= 0 && ++at[axis] == shape[axis])
            {
                at[axis--] = 0;
            }

            if (axis < 0)
            {
                yield break;
            }
        }
    }

    /// <summary>How many elements an array of a shape has.</summary>
    public static long Product(params ReadOnlySpan<long> shape)
    {
        var product = 1L;
        foreach (var length in shape)
        {
            product *= length;
        }

        return product;
    }

    /// <summary>The same elements in another shape.</summary>
    public Grid As(params long[] shape) => new(Values, shape);

    /// <summary>A function of each element alone.</summary>
    public Grid Each(Func<double, double> function) => new(Array.ConvertAll(Values, value => function(value)), Shape);

    /// <summary>A function of each element and its place in <see cref="Values"/>.</summary>
    public Grid Each(Func<double, long, double> function) => new([.. Values.Select((value, i) => function(value, i))], Shape);

    /// <summary>The array as three axes: those before an axis, the axis, those after it.</summary>
    public (long Before, long Length, long After) Around(int axis) =>
        (Product(Shape.AsSpan(0, axis)), Shape[axis], Product(Shape.AsSpan(axis + 1)));
}
