namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>A store process where there is no redis-server; lives until its standard input ends.</summary>
internal static class GarnetProgram
{
    public static int Run(string port)
    {
        // A lock is released by a script, so that nobody releases one that is no longer his.
        using Garnet.GarnetServer server = new(["--port", port, "--bind", "127.0.0.1", "--lua", "--memory", "64m", "--index", "1m"]);
        server.Start();
        while (Console.ReadLine() is not null)
        {
        }

        return 0;
    }
}
