using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>The cache that <c>AddDistributedMemoryCache</c> registers, shared by the providers of one process.</summary>
internal sealed class MemoryStore : TestStore
{
    private readonly ServiceProvider _services = new ServiceCollection().AddDistributedMemoryCache().BuildServiceProvider();

    public override IDistributedCache Connect() => _services.GetRequiredService<IDistributedCache>();

    public override async Task<string> DumpAsync()
    {
        // It has no public way to list its keys.
        System.Reflection.FieldInfo inner = typeof(MemoryDistributedCache).GetField("_memCache", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!;
        StringBuilder dump = new();
        foreach (string key in ((MemoryCache)inner.GetValue(Connect())!).Keys.Cast<string>())
        {
            dump.AppendLine(key).AppendLine(Encoding.Latin1.GetString((await Connect().GetAsync(key))!));
        }

        return dump.ToString();
    }

    public override ValueTask DisposeAsync() => _services.DisposeAsync();
}
