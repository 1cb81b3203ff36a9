using FastTorch.Memory;

namespace FastTorch.Tests.Memory;

public sealed class MemoryPoolTests
{
    private readonly Dictionary<nint, nuint> obtained = [];
    private readonly List<nint> released = [];
    private nint last;
    private nuint held;
    private bool exhausted;

    [Fact]
    public void A_block_that_came_back_is_handed_out_again_for_the_same_size()
    {
        var pool = Pool();
        var block = pool.Take(1000);
        pool.Return(block);

        Assert.Equal(block, pool.Take(1000));
        Assert.Empty(released);
    }

    [Fact]
    public void A_block_in_use_is_not_handed_out_twice()
    {
        var pool = Pool();

        Assert.NotEqual(pool.Take(1000), pool.Take(1000));
    }

    [Fact]
    public void A_block_serves_a_smaller_request_while_what_that_wastes_is_at_most_a_quarter()
    {
        var pool = Pool();
        var blocks = new[] { pool.Take(1000), pool.Take(1000) };
        foreach (var block in blocks)
            pool.Return(block);

        Assert.Equal(blocks[0], pool.Take(500)); // 500 of the 2000 that were asked for at once
        Assert.DoesNotContain(pool.Take(999), blocks);
    }

    [Fact]
    public void Epochs_whose_last_batch_is_smaller_take_nothing_from_the_system_after_the_first()
    {
        var pool = Pool();
        nint afterFirst = 0;
        for (var epoch = 0; epoch < 4; epoch++)
        {
            foreach (var images in new nuint[] { 32, 32, 7 })
            {
                var layers = Enumerable.Range(0, 6).Select(halvings => pool.Take(images * 1024 >> halvings)).ToList();
                layers.ForEach(layer => pool.Return(layer));
            }
            if (epoch == 0)
                afterFirst = last;
        }

        Assert.Equal(afterFirst, last);
        Assert.Empty(released);
    }

    [Fact]
    public void Of_two_blocks_that_fit_the_smaller_is_handed_out()
    {
        var pool = Pool();
        var (large, small) = (pool.Take(1100), pool.Take(1050));
        pool.Return(large);
        pool.Return(small);

        Assert.Equal(small, pool.Take(1000));
    }

    [Fact]
    public void What_is_held_stays_within_a_quarter_of_the_most_that_was_asked_for_at_once()
    {
        var pool = Pool();
        var random = new Random(0);
        List<(nint Block, nuint Size)> inUse = [];
        nuint mostAsked = 0;
        for (var step = 0; step < 5000; step++)
        {
            if (random.Next(20) < inUse.Count)
            {
                var at = random.Next(inUse.Count);
                pool.Return(inUse[at].Block);
                inUse.RemoveAt(at);
                continue;
            }

            var size = (nuint)random.Next(1, 100_000);
            inUse.Add((pool.Take(size), size));
            mostAsked = nuint.Max(mostAsked, inUse.Aggregate((nuint)0, (sum, one) => sum + one.Size));
            Assert.True(held <= mostAsked + mostAsked / 4, $"Step {step}: {held} bytes held, at most {mostAsked} asked for at once.");
        }
    }

    [Fact]
    public void Clearing_gives_back_what_is_unused_and_forgets_how_much_that_was()
    {
        var pool = Pool();
        var (used, unused) = (pool.Take(1000), pool.Take(100_000));
        pool.Return(unused);

        pool.Clear();

        Assert.Equal([unused], released);
        Assert.Equal(1000u, held);
        Assert.True(pool.Return(used));
        Assert.NotEqual(used, pool.Take(100)); // which would waste 900, more than a quarter of 1000
    }

    [Fact]
    public void While_blocks_from_before_the_clearing_waste_more_than_a_quarter_no_other_does()
    {
        var pool = Pool();
        pool.Return(pool.Take(1000));
        pool.Take(750); // of the 1000
        pool.Clear();
        var block = pool.Take(100);
        pool.Return(block);

        Assert.NotEqual(block, pool.Take(1));
    }

    [Fact]
    public void A_request_the_system_refuses_does_not_count_as_asked_for()
    {
        var pool = Pool();
        var block = pool.Take(1000);
        exhausted = true;
        Assert.Equal(0, pool.Take(100_000));
        exhausted = false;
        pool.Return(block);

        Assert.NotEqual(block, pool.Take(100));
    }

    [Fact]
    public void When_the_system_has_no_more_unused_blocks_go_back_to_it_first()
    {
        var pool = Pool();
        var block = pool.Take(1000);
        pool.Return(block);
        exhausted = true;

        Assert.NotEqual(0, pool.Take(100));
        Assert.Equal([block], released);
        Assert.Equal(100u, held);
    }

    [Fact]
    public void When_the_system_has_no_more_at_all_there_is_no_block_and_what_is_in_use_stays()
    {
        var pool = Pool();
        pool.Take(1000);
        exhausted = true;

        Assert.Equal(0, pool.Take(100));
        Assert.Equal(1000u, held);
    }

    [Fact]
    public void A_block_of_somebody_else_is_not_taken_back() => Assert.False(Pool().Return(4711));

    private MemoryPool Pool() => new(
        size =>
        {
            if (exhausted && released.Count == 0)
                return 0;
            obtained.Add(++last, size);
            held += size;
            return last;
        },
        block =>
        {
            released.Add(block);
            held -= obtained[block];
        });
}
