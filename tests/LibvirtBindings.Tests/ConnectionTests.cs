namespace Libvirt.Tests;

public class ConnectionTests
{
    [Fact]
    public void Tells_who_it_is()
    {
        using var host = new Host();
        var c = host.Connection;
        Assert.Equal("TEST", c.DriverType);
        Assert.StartsWith("test:///", c.Uri, StringComparison.Ordinal);
        Assert.Equal(Environment.MachineName, c.Hostname.Split('.')[0]);
        Assert.Equal(LibvirtLibrary.Version, c.LibraryVersion);
        Assert.True(c.HypervisorVersion > new Version(0, 0));
        Assert.True(c.IsAlive);
        Assert.True(c.IsSecure);
        Assert.False(c.IsEncrypted);
        Assert.False(c.SetKeepAlive(5, 3));
        Assert.Contains("<capabilities>", c.GetCapabilities(), StringComparison.Ordinal);
        Assert.True(c.GetMaxVcpus("test") > 0);
    }

    [Fact]
    public void Host_is_as_its_file_says()
    {
        using var host = new Host();
        var node = host.Connection.GetNodeInfo();
        Assert.Equal(new NodeInfo("i986", 8388608, 8, 2400, 2, 1, 2, 2), node);
        Assert.Equal(8, node.MaxCpus);
        // The driver gives a host from a file no cells with memory; libvirt words "nothing is free" like a failure.
        Assert.Equal(0ul, host.Connection.GetFreeMemory());
        var map = host.Connection.GetCpuMap();
        Assert.Equal(map.OnlineCount, map.Online.Cpus.Count());
    }

    [Fact]
    public void Default_host_has_memory_in_two_cells()
    {
        using var c = Connection.Open("test:///default");
        var cells = c.GetCellsFreeMemory(0, 2);
        Assert.Equal(2, cells.Length);
        Assert.All(cells, free => Assert.True(free > 0));
        Assert.True(c.GetFreeMemory() > 0);
    }

    [Fact]
    public void Unknown_scheme_names_the_uri()
    {
        var e = Assert.Throws<LibvirtException>(() => Connection.Open("nosuchdriver+unix:///x?socket=/nowhere/at-all"));
        Assert.Equal(ErrorCode.SystemError, e.Code);
        Assert.Equal(ErrorDomain.Rpc, e.Domain);
        Assert.Contains("/nowhere/at-all", e.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorLevel.Error, e.Level);
    }

    [Fact]
    public void Host_file_that_is_missing_is_named()
    {
        var e = Assert.Throws<LibvirtException>(() => Connection.Open("test:///no/such/file.xml"));
        Assert.Contains("/no/such/file.xml", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_uri_is_refused()
    {
        var e = Assert.Throws<LibvirtException>(() => Connection.Open("te st://%%"));
        Assert.NotEqual(ErrorCode.Ok, e.Code);
        Assert.NotEmpty(e.Message);
    }

    [Fact]
    public void Read_only_connection_changes_nothing()
    {
        using var c = Connection.OpenReadOnly("test:///default");
        using var domain = c.ListAllDomains()[0];
        var e = Assert.Throws<LibvirtException>(domain.Suspend);
        Assert.Equal(ErrorCode.OperationDenied, e.Code);
        Assert.Equal(DomainState.Running, domain.GetState().State);
    }

    [Fact]
    public void Close_counts_what_is_not_disposed()
    {
        var c = Connection.Open("test:///default");
        var domain = c.ListAllDomains()[0];
        Assert.Equal(1, c.Close());
        // The domain keeps libvirt's connection alive, so it still answers.
        Assert.Equal(DomainState.Running, domain.GetState().State);
        domain.Dispose();
        Assert.Throws<ObjectDisposedException>(() => domain.GetState());
        Assert.Throws<ObjectDisposedException>(() => domain.Name);
        Assert.Throws<ObjectDisposedException>(() => c.Hostname);
        c.Dispose();
    }

    [Fact]
    public void Credentials_are_asked_for_by_a_server_only()
    {
        var asked = 0;
        using var c = Connection.Open("test:///default", ConnectFlags.None, _ =>
        {
            asked++;
            return null;
        });
        Assert.Equal("TEST", c.DriverType);
        Assert.Equal(0, asked);
    }

    private const string HostWithUsers = """
        <node>
          <auth><user password='secret'>ada</user></auth>
          <domain type='test'><name>guest</name><memory>1024</memory><os><type>hvm</type></os></domain>
        </node>
        """;

    [Fact]
    public void User_and_password_open_a_protected_host()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, HostWithUsers);
            using var c = Connection.Open($"test://{file}", ConnectFlags.None, Credentials.UserPassword("ada", "secret"));
            Assert.Equal(1, c.CountDomains());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Wrong_password_and_a_throwing_provider_are_told()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, HostWithUsers);
            var wrong = Assert.Throws<LibvirtException>(() => Connection.Open($"test://{file}", ConnectFlags.None, Credentials.UserPassword("ada", "guess")));
            Assert.Equal(ErrorCode.AuthFailed, wrong.Code);
            var thrown = Assert.Throws<LibvirtException>(() => Connection.Open($"test://{file}", ConnectFlags.None, _ => throw new TimeoutException("nobody there")));
            Assert.IsType<TimeoutException>(thrown.InnerException);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void What_the_driver_cannot_do_is_no_support()
    {
        using var host = new Host();
        var e = Assert.Throws<LibvirtException>(() => host.Connection.GetDomainCapabilities());
        Assert.Equal(ErrorCode.NoSupport, e.Code);
    }

    [Fact]
    public void Nul_inside_a_text_is_refused_before_it_can_be_cut()
    {
        using var host = new Host();
        Assert.Throws<ArgumentException>(() => host.Connection.LookupDomain("guest\0x"));
    }

    [Fact]
    public void Errors_belong_to_their_thread()
    {
        using var host = new Host();
        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 400, i =>
        {
            try
            {
                if (i % 2 == 0)
                    host.Connection.LookupDomain($"missing{i}");
                else
                    host.Connection.LookupNetwork($"missing{i}");
                failures.Add($"{i} was found");
            }
            catch (LibvirtException e) when (e.Code == (i % 2 == 0 ? ErrorCode.NoDomain : ErrorCode.NoNetwork))
            {
            }
            catch (LibvirtException e)
            {
                failures.Add($"{i}: {e.Code} {e.Message}");
            }
        });
        Assert.Empty(failures);
    }
}
