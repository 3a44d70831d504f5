using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Native;

public class DispatcherTests
{
    [Fact]
    public void ArgumentsArriveInTheirPlaces()
    {
        using var scope = NewDisposeScope();
        var tensors = new[] { tensor([1f, 2f]), tensor([3f]) };
        Dispatcher.Call("aten::_foreach_mul_"u8, "Tensor"u8, [Dispatcher.TensorList(tensors), Dispatcher.Tensor(tensor(10f))]);
        Assert.Equal([10f, 20f], tensors[0].data<float>().ToArray());
        Assert.Equal([30f], tensors[1].data<float>().ToArray());
    }

    [Fact]
    public void TheCallersTensorsStayTheirOwn()
    {
        using var scope = NewDisposeScope();
        var value = tensor([1f]);
        for (var call = 0; call < 1000; call++)
        {
            Dispatcher.Call("aten::_foreach_mul_"u8, "Tensor"u8, [Dispatcher.TensorList(value, 1), Dispatcher.Tensor(tensor(1f))]);
        }

        Assert.Equal(1f, value.item<float>());
    }

    [Fact]
    public void AnOperatorThatLibtorchLacksIsNamed() =>
        Assert.Contains(
            "aten::no_such_operator",
            Assert.Throws<InvalidOperationException>(() => Dispatcher.Call("aten::no_such_operator"u8, ""u8, [0])).Message
        );
}
