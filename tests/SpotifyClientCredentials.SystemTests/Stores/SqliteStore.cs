using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using NeoSmart.Caching.Sqlite;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>A database file in its own directory. Each client opens it separately, as several processes on one machine would.</summary>
internal sealed class SqliteStore : TestStore
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();

    public string Path => System.IO.Path.Combine(_directory.FullName, "token.db");

    public override IDistributedCache Connect() => new SqliteCache(new SqliteCacheOptions { CachePath = Path });

    public override async Task<string> DumpAsync()
    {
        StringBuilder dump = new();
        // The database file and its write-ahead log: other programs can read both.
        foreach (FileInfo file in _directory.GetFiles())
        {
            await using FileStream stream = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            dump.AppendLine(file.Name).AppendLine(Encoding.Latin1.GetString(bytes));
        }

        return dump.ToString();
    }

    public override ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
